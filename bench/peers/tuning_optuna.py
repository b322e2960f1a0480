#!/usr/bin/python3
"""The study of the original notebook, with pandas, XGBoost and Optuna.

Usage: tuning_optuna.py FILE.csv SEARCH_SPACE.json TRIALS

Prints one JSON line: the least MAE on the validation rows, the metrics on the test rows of the best
parameters fitted to all training rows, and what it was measured with.
"""
import sys
import time

start = time.perf_counter()

import json

import optuna
import pandas
import xgboost

sys.dont_write_bytecode = True  # beside the sources
import notebook
from sklearn.metrics import mean_absolute_error

import_seconds = time.perf_counter() - start


def suggest(trial, name, rule):
    if rule["type"] == "categorical":
        return trial.suggest_categorical(name, rule["values"])
    of_type = {"float": trial.suggest_float, "int": trial.suggest_int}[rule["type"]]
    return of_type(name, rule["min"], rule["max"], log=rule.get("log", False))


def regressor(params):
    return xgboost.XGBRegressor(tree_method="hist", enable_categorical=True,
                                random_state=notebook.SEED, **params)


def find_best(x, y, search_space, trials):
    """The best trial of a study on the training rows."""
    x_train, x_validation, y_train, y_validation = notebook.split(x, y)

    def objective(trial):
        params = {name: suggest(trial, name, rule) for name, rule in search_space.items()}
        model = regressor(params).fit(x_train, y_train)
        return mean_absolute_error(y_validation, model.predict(x_validation))

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="minimize",
                                sampler=optuna.samplers.TPESampler(seed=notebook.SEED))
    study.optimize(objective, n_trials=trials)
    return study.best_trial


def main(path, search_space, trials):
    x_train, x_test, y_train, y_test = notebook.read_split(path)
    best = find_best(x_train, y_train, search_space, trials)
    model = regressor(best.params).fit(x_train, y_train)
    print(json.dumps({
        **notebook.metrics(y_test, model.predict(x_test)),
        "validation_mae": best.value,
        "params": best.params,
        "seconds": time.perf_counter() - start,
        "import_seconds": import_seconds,
        "versions": {"Optuna": optuna.__version__, "XGBoost": xgboost.__version__,
                     "pandas": pandas.__version__},
    }))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: tuning_optuna.py FILE.csv SEARCH_SPACE.json TRIALS")
    with open(sys.argv[2]) as file:
        main(sys.argv[1], json.load(file), int(sys.argv[3]))
