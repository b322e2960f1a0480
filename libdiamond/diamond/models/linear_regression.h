// Ordinary least squares on carat, x and the grades' dummies: the notebook's linear model.
#pragma once

#include <diamond/models/estimator.h>

#include <memory>

namespace diamond {

/// Kind "linear". Minimises Σ(target − intercept − features · coefficients)² over the training
/// rows.
///
/// The normal equations of the centred columns are summed up in blocks, so that memory does not
/// grow with the rows, and solved by a complete orthogonal decomposition (Eigen) after each column
/// is scaled to unit length. Columns that the data do not tell apart share their effect (the
/// shortest solution in those units); a column that never varies, such as the dummy of a grade that
/// does not occur, gets the coefficient 0. With the notebook's columns this gives scikit-learn's
/// `LinearRegression`. Workers add up their shares of the equations, and solve them each: to
/// rounding the same model.
///
/// Files: `model.json`, {"kind": "linear", "schema_version": 1, "target": …, "quantities": […],
/// "intercept": …, "coefficients": {name: …}}.
[[nodiscard]] std::unique_ptr<Estimator> make_linear_regression();

}  // namespace diamond
