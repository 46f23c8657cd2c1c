"""`torch_chain.py OPERATION COUNT`: the same chain in PyTorch on the CPU, eager. Threads as in `torch_step.py`."""

import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional

if os.environ.get("LLNET_THREADS"):
    torch.set_num_threads(int(os.environ["LLNET_THREADS"]))

operation, count = sys.argv[1], int(sys.argv[2])
make = {"layer_norm": lambda: nn.LayerNorm(192), "gelu": nn.GELU}[operation]
first, chain, last = nn.Linear(3, 192), nn.Sequential(*[make() for _ in range(count)]), nn.Linear(192, 10)
parameters = [*first.parameters(), *chain.parameters(), *last.parameters()]
optimizer = torch.optim.SGD(parameters, lr=0.001)
images, labels = torch.randn(4, 56 * 56, 3), torch.arange(4)


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = functional.cross_entropy(last(chain(first(images)).mean(1)), labels)
    loss.backward()
    optimizer.step()
    return [loss.item()]


def answer(value):
    print("@answer " + json.dumps(value), flush=True)


answer({"ready": True})
for _ in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    losses = step()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    answer({"milliseconds": wall * 1e3, "cpuMilliseconds": cpu * 1e3, "losses": losses})
