"""What can be wrong with a split for training and validation, in words."""

from __future__ import annotations

from byhand._catalogue.chapter08.epoch_faults import Fault

BOTH = "The same photograph, cut twice: what does the model know about the second cut?"
COUNT = "How many images does each side have, and what is their sum?"
RANDOM = "What changes in your function when the generator has another seed?"
SEEN = "At the time of training: which images may the model have seen anything of?"
EACH = "How many numbers does a mean for each channel have, and over which dimensions is it?"
ONLY_TRAINING = "Compute both from `images[train_index]`, after the split."
CHANNELS = "Use `dim=(0, 2, 3)`: all images, rows and columns, for each channel."
CHOOSE = "Choose n_photos of `photo.unique()`, and let `torch.isin(photo, chosen)` find the images."

FAULTS = {
    "overlap": Fault(
        "Some images are on both sides: the model is validated on images that it was trained on.",
        "Put each image on one side only. Training takes what validation leaves.", COUNT),
    "repeated-images": Fault(
        "Some images stand twice in one of the index tensors.",
        "Put each image into one index tensor, once.", COUNT),
    "images-lost": Fault(
        "Some images are on neither side. No image has to be thrown away.",
        "Put all images of a photograph on its side; training takes what validation leaves.",
        COUNT),
    "photo-on-both-sides": Fault(
        "Images of one photograph are on both sides. The model has seen almost the same picture "
        "in training, so its validation looks too good.", f"Split photographs, not images. "
        f"{CHOOSE}", BOTH),
    "sides-swapped": Fault(
        "The sides are swapped: n_photos photographs are for training, and all others for "
        "validation.", "Return (train_index, val_index, mean, std), in this order.", COUNT),
    "wrong-number-of-photos": Fault(
        "The validation does not hold n_photos photographs.", f"{CHOOSE} n_photos counts "
        "photographs, not images, and their numbers may have gaps.",
        "What does n_photos count, and which numbers occur in `photo`?"),
    "not-random": Fault(
        "The validation holds the same photographs for every generator. Photographs often stand "
        "in an order, by class or by day, and then the two sides differ.",
        "Draw an order: `torch.randperm(len(numbers), generator=generator)`. Do not seed inside.",
        RANDOM),
    "generator-ignored": Fault(
        "Two generators with the same seed give different splits: the random numbers come from "
        "elsewhere, so the split cannot be repeated.",
        "Pass it on: `torch.randperm(…, generator=generator)`.", RANDOM),
    "statistics-of-all": Fault(
        "mean or std is taken from all images: the validation images have a part in how the "
        "training images are normalised.", ONLY_TRAINING, SEEN),
    "statistics-of-validation": Fault(
        "mean or std is taken from the validation images.", ONLY_TRAINING, SEEN),
    "statistics-swapped": Fault(
        "mean and std are in each other's place.", "Return (train_index, val_index, mean, std).",
        EACH),
    "one-number-for-all": Fault(
        "All channels get the same mean or std, that of all numbers together.", CHANNELS, EACH),
    "variance": Fault(
        "std is the variance, the square of the standard deviation.",
        "Use `.std`, or take the root.", "In which unit is a standard deviation?"),
    "std-over-part": Fault(
        "std is computed in two steps, such as a mean of the deviations of each image. What "
        "differs from image to image is lost on the way.", CHANNELS, EACH),
    "wrong-statistics": Fault(
        "mean or std is not that of the training images, and not one that this check knows.",
        f"{ONLY_TRAINING} {CHANNELS}", EACH),
}  # fmt: skip
"""In the order in which they are looked for."""
