"""Right gradients of a convolution of images, in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch.nn import grad as gradients


def weight_by_convolution(grad_output, x, kernel_size, padding):
    swapped = F.conv2d(x.transpose(0, 1), grad_output.transpose(0, 1), padding=padding)
    return swapped.transpose(0, 1)


def weight_padded_first(grad_output, x, kernel_size, padding):
    padded = F.pad(x, (padding, padding, padding, padding))
    return F.conv2d(padded.transpose(0, 1), grad_output.transpose(0, 1)).transpose(0, 1)


def weight_by_places(grad_output, x, kernel_size, padding):
    _, o, height, width = grad_output.shape
    padded = F.pad(x, [padding] * 4)
    result = torch.zeros(o, x.shape[1], kernel_size, kernel_size, dtype=x.dtype)
    for a in range(height):
        for b in range(width):
            window = padded[:, :, a : a + kernel_size, b : b + kernel_size]
            result += torch.einsum("no,ncij->ocij", grad_output[:, :, a, b], window)
    return result


def weight_by_samples(grad_output, x, kernel_size, padding):
    parts = [
        F.conv2d(image.unsqueeze(1), g.unsqueeze(1), padding=padding)
        for g, image in zip(grad_output, x, strict=True)
    ]
    return torch.stack(parts).sum(0).transpose(0, 1)


def weight_unfolded(grad_output, x, kernel_size, padding):
    columns = F.unfold(x, kernel_size, padding=padding)
    table = torch.einsum("nol,nkl->ok", grad_output.flatten(2), columns)
    return table.view(grad_output.shape[1], x.shape[1], kernel_size, kernel_size)


def weight_by_bmm(grad_output, x, kernel_size, padding):
    columns = F.unfold(x, kernel_size, padding=padding)
    products = torch.bmm(grad_output.flatten(2), columns.transpose(1, 2)).sum(0)
    return products.reshape(-1, x.shape[1], kernel_size, kernel_size)


def weight_by_windows(grad_output, x, kernel_size, padding):
    height, width = grad_output.shape[2:]
    windows = F.pad(x, [padding] * 4).unfold(2, height, 1).unfold(3, width, 1)
    return torch.einsum("nohw,ncijhw->ocij", grad_output, windows)


def weight_tensordot(grad_output, x, kernel_size, padding):
    windows = F.pad(x, [padding] * 4).unfold(2, kernel_size, 1).unfold(3, kernel_size, 1)
    return torch.tensordot(grad_output, windows, dims=([0, 2, 3], [0, 2, 3]))


def weight_groups(grad_output, x, kernel_size, padding):
    n, c = x.shape[:2]
    o = grad_output.shape[1]
    images = x.reshape(1, n * c, *x.shape[2:])
    kernels = grad_output.repeat_interleave(c, 0).reshape(n, c, o, *grad_output.shape[2:])
    kernels = kernels.reshape(n * c * o, 1, *grad_output.shape[2:])
    every = F.conv2d(images, kernels, padding=padding, groups=n * c)
    return every.reshape(n, c, o, kernel_size, kernel_size).sum(0).transpose(0, 1)


def weight_autograd(grad_output, x, kernel_size, padding):
    shape = (grad_output.shape[1], x.shape[1], kernel_size, kernel_size)
    weight = torch.zeros(shape, dtype=x.dtype, requires_grad=True)
    return torch.autograd.grad(F.conv2d(x, weight, padding=padding), weight, grad_output)[0]


def weight_of_torch(grad_output, x, kernel_size, padding):
    shape = (grad_output.shape[1], x.shape[1], kernel_size, kernel_size)
    return gradients.conv2d_weight(x, shape, grad_output, padding=padding)


def weight_fourier(grad_output, x, kernel_size, padding):
    padded = F.pad(x, [padding] * 4)
    size = padded.shape[2:]
    image, g = torch.fft.rfft2(padded), torch.fft.rfft2(grad_output, s=size)
    both = torch.einsum("nohw,nchw->ochw", g.conj(), image)
    return torch.fft.irfft2(both, s=size)[:, :, :kernel_size, :kernel_size]


def weight_without_zeros(grad_output, x, kernel_size, padding):
    """Loops over the kernel, and leaves the padding out of the sums."""
    height, width = x.shape[2:]
    rows, columns = grad_output.shape[2:]
    shape = (grad_output.shape[1], x.shape[1], kernel_size, kernel_size)
    result = torch.zeros(shape, dtype=x.dtype)
    for i in range(kernel_size):
        for j in range(kernel_size):
            top, left = max(0, padding - i), max(0, padding - j)
            bottom = min(rows, height + padding - i)
            right = min(columns, width + padding - j)
            g = grad_output[:, :, top:bottom, left:right]
            met = x[:, :, top + i - padding : bottom + i - padding,
                    left + j - padding : right + j - padding]  # fmt: skip
            result[:, :, i, j] = torch.einsum("nohw,nchw->oc", g, met)
    return result


CONV_WEIGHT = (
    weight_by_convolution,
    weight_padded_first,
    weight_by_places,
    weight_by_samples,
    weight_unfolded,
    weight_by_bmm,
    weight_by_windows,
    weight_tensordot,
    weight_groups,
    weight_autograd,
    weight_of_torch,
    weight_fourier,
    weight_without_zeros,
)


def input_transposed(grad_output, weight, padding):
    return F.conv_transpose2d(grad_output, weight, padding=padding)


def input_padded_first(grad_output, weight, padding):
    border = weight.shape[2] - 1 - padding
    turned = torch.rot90(weight, 2, (2, 3)).permute(1, 0, 2, 3)
    return F.conv2d(F.pad(grad_output, [border] * 4), turned)


def input_cut_off(grad_output, weight, padding):
    k = weight.shape[2]
    full = F.conv2d(grad_output, weight.flip([2, 3]).transpose(0, 1), padding=k - 1)
    height, width = full.shape[2:]
    return full[:, :, padding : height - padding, padding : width - padding]


def input_by_taps(grad_output, weight, padding):
    n, _, rows, columns = grad_output.shape
    _, c, k, _ = weight.shape
    padded = torch.zeros(n, c, rows + k - 1, columns + k - 1, dtype=weight.dtype)
    for i in range(k):
        for j in range(k):
            sent = torch.einsum("nohw,oc->nchw", grad_output, weight[:, :, i, j])
            padded[:, :, i : i + rows, j : j + columns] += sent
    if padding:
        padded = padded[:, :, padding:-padding, padding:-padding]
    return padded


def input_by_places(grad_output, weight, padding):
    n, _, rows, columns = grad_output.shape
    _, c, k, _ = weight.shape
    padded = grad_output.new_zeros(n, c, rows + k - 1, columns + k - 1)
    for a in range(rows):
        for b in range(columns):
            sent = torch.tensordot(grad_output[:, :, a, b], weight, dims=1)
            padded[:, :, a : a + k, b : b + k] += sent
    return padded[:, :, padding : rows + k - 1 - padding, padding : columns + k - 1 - padding]


def input_folded(grad_output, weight, padding):
    k = weight.shape[-1]
    columns = weight.flatten(1).T @ grad_output.flatten(2)
    size = [side + k - 1 - 2 * padding for side in grad_output.shape[2:]]
    return F.fold(columns, tuple(size), k, padding=padding)


def input_matrix(grad_output, weight, padding):
    """The whole convolution as one matrix."""
    k = weight.shape[-1]
    size = [side + k - 1 - 2 * padding for side in grad_output.shape[2:]]
    places = weight.shape[1] * size[0] * size[1]
    eye = torch.eye(places, dtype=weight.dtype).reshape(places, weight.shape[1], *size)
    table = F.conv2d(eye, weight, padding=padding).flatten(1)
    return (grad_output.flatten(1) @ table.T).reshape(-1, weight.shape[1], *size)


def input_autograd(grad_output, weight, padding):
    k = weight.shape[-1]
    size = [side + k - 1 - 2 * padding for side in grad_output.shape[2:]]
    shape = (len(grad_output), weight.shape[1], *size)
    x = torch.zeros(shape, dtype=weight.dtype, requires_grad=True)
    return torch.autograd.grad(F.conv2d(x, weight, padding=padding), x, grad_output)[0]


def input_of_torch(grad_output, weight, padding):
    k = weight.shape[-1]
    size = [side + k - 1 - 2 * padding for side in grad_output.shape[2:]]
    shape = (len(grad_output), weight.shape[1], *size)
    return gradients.conv2d_input(shape, weight, grad_output, padding=padding)


def input_fourier(grad_output, weight, padding):
    k = weight.shape[-1]
    size = [side + k - 1 for side in grad_output.shape[2:]]
    g, w = torch.fft.rfft2(grad_output, s=size), torch.fft.rfft2(weight, s=size)
    full = torch.fft.irfft2(torch.einsum("nohw,ochw->nchw", g, w), s=size)
    return full[:, :, padding : size[0] - padding, padding : size[1] - padding]


def input_by_channels(grad_output, weight, padding):
    total = F.conv_transpose2d(grad_output[:, :1], weight[:1])
    for o in range(1, len(weight)):
        total += F.conv_transpose2d(grad_output[:, o : o + 1], weight[o : o + 1])
    rows, columns = total.shape[2:]
    return total[..., padding : rows - padding, padding : columns - padding].clone()


def input_windows(grad_output, weight, padding):
    k = weight.shape[-1]
    border = k - 1 - padding
    windows = F.pad(grad_output, [border] * 4).unfold(2, k, 1).unfold(3, k, 1)
    return torch.einsum("nohwij,ocij->nchw", windows.flip(-1, -2), weight)


CONV_INPUT = (
    input_transposed,
    input_padded_first,
    input_cut_off,
    input_by_taps,
    input_by_places,
    input_folded,
    input_matrix,
    input_autograd,
    input_of_torch,
    input_fourier,
    input_by_channels,
    input_windows,
)
