"""What `make bench` measures; one module a topic, each with a function `measure`.

A chapter reads a result with `json.loads(Path("../benchmarks/softmax.json").read_text())`, because
the kernel's working folder is the notebook's own (`chapters/`, and `work/` for the reader's copy).
`["measured"]` holds what `measure` returned, beside `["date"]`, `["machine"]` and `["versions"]`.
"""
