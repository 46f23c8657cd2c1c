"""`torch_step.py START`: the same step in PyTorch on the CPU, channels last, eager; one optimizer for each isolated module.

Uses as many threads as llnet: `LLNET_THREADS`, else every core.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy
import torch
import torch.nn.functional as functional
from torch import nn

if os.environ.get("LLNET_THREADS"):
    torch.set_num_threads(int(os.environ["LLNET_THREADS"]))

folder = Path(sys.argv[1])
start = json.loads((folder / "start.json").read_text())
all_values = numpy.fromfile(folder / "weights.bin", dtype=numpy.float32)
weights = {}
for entry in start["weights"]:
    count = int(numpy.prod(entry["shape"]))
    weights[entry["address"]] = all_values[entry["offset"] : entry["offset"] + count].reshape(entry["shape"])


def conv(address, stride):
    kernel = torch.from_numpy(weights[address + ".kernel"]).permute(3, 2, 0, 1)
    outputs, inputs, size, _ = kernel.shape
    layer = nn.Conv2d(inputs, outputs, size, stride, padding=(size - 1) // 2, bias=False)
    with torch.no_grad():
        layer.weight.copy_(kernel)
    return layer


def dense(address):
    kernel = torch.from_numpy(weights[address + ".kernel"]).t()
    layer = nn.Linear(kernel.shape[1], kernel.shape[0])
    with torch.no_grad():
        layer.weight.copy_(kernel)
        layer.bias.copy_(torch.from_numpy(weights[address + ".bias"]))
    return layer


class Block(nn.Module):
    def __init__(self, unit):
        super().__init__()
        address, outputs = unit["address"], unit["outputs"]
        self.first = conv(address + ".conv[1]", unit["stride"])
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = conv(address + ".conv[2]", 1)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if unit["inputs"] != outputs:
            self.shortcut = nn.Sequential(conv(address + ".conv[3]", unit["stride"]), nn.BatchNorm2d(outputs))

    def forward(self, x):
        body = functional.relu(self.first_norm(self.first(x)))
        body = self.second_norm(self.second(body))
        return functional.relu(body + self.shortcut(x))


def build_unit(unit):
    if unit["kind"] == "block":
        return Block(unit)
    return nn.Sequential(conv(unit["address"] + ".conv[1]", 1), nn.BatchNorm2d(unit["outputs"]), nn.ReLU())


def build_head(head):
    address = head["address"]
    pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    if "convolution" not in head:
        return nn.Sequential(*pool, dense(address + ".dense[1]"))
    width, stride = head["convolution"]["width"], head["convolution"]["stride"]
    front = [conv(address + ".conv[1]", stride), nn.BatchNorm2d(width), nn.ReLU()]
    return nn.Sequential(*front, *pool, dense(address + ".dense[1]"), nn.ReLU(), dense(address + ".dense[2]"))


class Local(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.units = nn.Sequential(*map(build_unit, module["units"]))
        self.head = build_head(module["head"])


modules = [Local(module).to(memory_format=torch.channels_last) for module in start["network"]["modules"]]
optimizers = [torch.optim.SGD(m.parameters(), lr=start["rate"], momentum=start["momentum"]) for m in modules]
images = torch.from_numpy(numpy.fromfile(folder / "images.bin", dtype=numpy.float32).reshape(-1, 32, 32, 3))
images = images.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
labels = torch.from_numpy(numpy.fromfile(folder / "labels.bin", dtype=numpy.int32).astype(numpy.int64))


def step():
    x, losses = images, []
    for module, optimizer in zip(modules, optimizers):
        optimizer.zero_grad(set_to_none=True)
        output = module.units(x)
        loss = functional.cross_entropy(module.head(output), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        x = output.detach()
    return losses


def saved_bytes():
    """Bytes that autograd keeps for the backward pass, buffers counted once, weights not; the largest over modules."""
    largest, x = 0, images
    for module in modules:
        own = {parameter.untyped_storage().data_ptr() for parameter in module.parameters()}
        seen = {}

        def pack(tensor):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in own:
                seen[storage.data_ptr()] = storage.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            output = module.units(x)
            loss = functional.cross_entropy(module.head(output), labels)
        largest = max(largest, sum(seen.values()))
        del loss
        x = output.detach()
    return largest


def answer(value):
    print("@answer " + json.dumps(value), flush=True)


if "--saved-bytes" in sys.argv:
    answer({"savedBytes": saved_bytes(), "version": torch.__version__})
else:
    answer({"ready": True})
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        losses = step()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        answer({"milliseconds": wall * 1e3, "cpuMilliseconds": cpu * 1e3, "losses": losses})
