#!/usr/bin/python3
"""Writes gaussian_process.json: what scikit-learn's Gaussian process says of a few points.

    tests/reference/gaussian_process.py > tests/reference/gaussian_process.json
"""
import json

import numpy
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

LENGTH_SCALES, SIGNAL, NOISE = [0.7, 1.9, 6.0], 1.3, 0.25

random = numpy.random.RandomState(5)
points = random.normal(size=(20, 3)).round(3)
values = (numpy.sin(points[:, 0]) + 0.4 * points[:, 1] + 0.2 * random.normal(size=20)).round(3)
asked = random.normal(size=(6, 3)).round(3)

kernel = ConstantKernel(SIGNAL**2) * Matern(LENGTH_SCALES, nu=1.5) + WhiteKernel(NOISE**2)
process = GaussianProcessRegressor(kernel, optimizer=None, alpha=0).fit(points, values)
likelihood, by_log_parameter = process.log_marginal_likelihood(process.kernel_.theta, eval_gradient=True)
by_signal2, *by_length_scales, by_noise2 = by_log_parameter
figures = {
    "points": points.tolist(),
    "values": values.tolist(),
    "kernel": {"length_scales": LENGTH_SCALES, "signal": SIGNAL, "noise": NOISE},
    "log_marginal_likelihood": likelihood,
    # by log length scales, log signal, log noise: scikit-learn's own are by the logarithms of the squares
    "gradient": [*by_length_scales, 2 * by_signal2, 2 * by_noise2],
    "asked": asked.tolist(),
    "means": process.predict(asked).tolist(),
}
print("{\n" + ",\n".join(f' "{name}": {json.dumps(value)}' for name, value in figures.items()) + "\n}")
