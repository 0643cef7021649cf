// Sphinx lists pages first, and takes a heading only if it holds the query letter by letter. A
// reader pastes a whole error message, which is longer than the heading of its entry and has names
// of another program in it. So headings are compared word by word, and the best stand on top.
(() => {
  const LIKE = 0.7; // share of the words of a heading that a pasted message must have
  const ENOUGH = 4; // fewer words than these are in too many messages
  const MOST = 3;

  const words = (text) => new Set(text.toLowerCase().match(/[\p{Letter}_][\p{Letter}\p{Number}_]*/gu));

  // How well a heading fits: the number of common words, or 0.
  const fit = (asked, heading) => {
    const common = [...heading].filter((word) => asked.has(word)).length;
    const pasted = common >= ENOUGH && common >= LIKE * heading.size;
    const inside = asked.size > 1 && common === asked.size;
    return pasted || inside ? common + common / heading.size : 0;
  };

  const pages = Search._performSearch;
  Search._performSearch = (query, ...terms) => {
    const { alltitles, titles, docnames, filenames } = Search._index;
    const asked = words(query);
    const headings = Object.entries(alltitles)
      .map(([title, places]) => ({ title, places, score: fit(asked, words(title)) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => a.score - b.score)
      .flatMap(({ title, places, score }) =>
        places
          .filter(([, anchor]) => anchor !== null)
          .map(([page, anchor]) => [
            docnames[page], `${titles[page]} > ${title}`, `#${anchor}`, null, score, filenames[page],
          ]),
      )
      .slice(-MOST);
    const place = ([page, , anchor]) => page + anchor;
    const taken = new Set(headings.map(place));
    const others = pages(query, ...terms).filter((result) => !taken.has(place(result)));
    return [...others, ...headings]; // shown from the last to the first
  };
})();
