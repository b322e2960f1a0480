#include <diamond/core/parallel.h>
#include <diamond/trust/local_error.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

namespace diamond {
namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double floor_of_errors = 0.25;  // of the median one: a lucky hit is not much better
constexpr double ridge = 1;               // rows' worth of doubt about each coefficient
constexpr Index folds = 5;

/// Whose hinges are multiplied with the grades: large stones err in another way, the better they
/// are.
constexpr std::array<std::size_t, 2> multiplied_measures = {0, 1};

struct MeasureInfo {
  std::string_view name;
  std::size_t pieces;  // of which the function is put together
};

constexpr std::array<MeasureInfo, 8> measure_infos = {{{"log price", 9},
                                                       {"log carat", 9},
                                                       {"depth error", 4},
                                                       {"depth", 5},
                                                       {"table", 4},
                                                       {"log density", 5},
                                                       {"log roundness", 4},
                                                       {"log price per carat", 5}}};

template <class Work>
void for_all(std::size_t rows, const Work& work) {
  constexpr std::size_t piece = 1'000;
  parallel_for(rows, piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) work(i);
  });
}

/// The grades from 0 (worst) to 1 (best).
std::array<double, 3> shares(const Diamond& stone) {
  const auto share = [](auto grade) {
    return static_cast<double>(grade) / (grade_count<decltype(grade)> - 1);
  };
  return {share(stone.cut), share(stone.color), share(stone.clarity)};
}

/// From the least to the greatest value by quantiles that are equally far apart; equal ones once.
std::vector<double> knots_of(std::vector<double> values, std::size_t pieces) {
  std::sort(values.begin(), values.end());
  std::vector<double> knots;
  for (std::size_t i = 0; i <= pieces; ++i)
    knots.push_back(values[i * (values.size() - 1) / pieces]);
  knots.erase(std::unique(knots.begin(), knots.end()), knots.end());
  return knots;
}

/// Writes the linear functions that begin at each knot but the last; returns how many.
std::size_t write_hinges(double value, const std::vector<double>& knots, double* out) {
  const double range = knots.back() - knots.front();
  const double inside = std::clamp(value, knots.front(), knots.back());
  for (std::size_t i = 0; i + 1 < knots.size(); ++i)
    out[i] = std::max(0.0, inside - knots[i]) / range;
  return knots.size() - 1;
}

/// Writes one 0/1 number for each grade but the worst; returns how many.
template <class Grade>
std::size_t write_dummies(Grade grade, double* out) {
  constexpr std::size_t count = grade_count<Grade> - 1;
  std::fill_n(out, count, 0.0);
  if (const auto place = static_cast<std::size_t>(grade); place > 0) out[place - 1] = 1;
  return count;
}

/// The logarithms, of numbers that are all a little above 0.
Eigen::VectorXd logs_of(const Eigen::VectorXd& errors) {
  Eigen::VectorXd sorted = errors;
  std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
  const double median = sorted(sorted.size() / 2);
  return (errors.array() + (median > 0 ? floor_of_errors * median : 1)).log();
}

}  // namespace

double LocalError::clamped(double price) const {
  return std::clamp(price, least_price_, greatest_price_);
}

LocalError::Measures LocalError::measures(const Diamond& stone, double price) const {
  const double log_price = std::log(clamped(price));
  const double log_carat = std::log(stone.carat);
  return {log_price,
          log_carat,
          std::abs(200 * stone.z / (stone.x + stone.y) - stone.depth),
          stone.depth,
          stone.table,
          log_carat - std::log(stone.x * stone.y * stone.z),
          std::abs(std::log(stone.x / stone.y)),
          log_price - log_carat};
}

std::size_t LocalError::columns() const {
  std::size_t count = 1 + grade_count<Cut> + grade_count<Color> + grade_count<Clarity> - 3;
  for (const std::vector<double>& knots : knots_) count += knots.size() - 1;
  for (const std::size_t measure : multiplied_measures) count += 3 * (knots_[measure].size() - 1);
  return count;
}

void LocalError::encode(const Diamond& stone, double price, std::span<double> out) const {
  const Measures values = measures(stone, price);
  std::array<const double*, measure_count> hinges{};
  double* next = out.data();
  *next++ = 1;
  for (std::size_t i = 0; i < measure_count; ++i) {
    hinges[i] = next;
    next += write_hinges(values[i], knots_[i], next);
  }
  next += write_dummies(stone.cut, next);
  next += write_dummies(stone.color, next);
  next += write_dummies(stone.clarity, next);
  for (const std::size_t measure : multiplied_measures)
    for (const double share : shares(stone))
      for (std::size_t i = 0; i + 1 < knots_[measure].size(); ++i)
        *next++ = share * hinges[measure][i];
}

double LocalError::log_error(std::span<const double> features) const {
  double sum = 0;
  for (std::size_t i = 0; i < features.size(); ++i) sum += features[i] * coefficients_[i];
  return sum;
}

double LocalError::estimate(const Diamond& stone, double price) const {
  std::array<double, most_columns> buffer;
  const std::span<double> features = std::span(buffer).first(columns());
  encode(stone, price, features);
  // Beyond the dearest price that it has seen, the error keeps its share of the price.
  constexpr double farthest = 1000;  // times that price: a number that is still one
  return std::exp(log_error(features)) *
         std::clamp(price, least_price_, farthest * greatest_price_);
}

/// Least squares on rows and on four fifths of them.
class LocalError::Fit {
 public:
  Fit(RowMajor features, Eigen::VectorXd values)
      : features_(std::move(features)), values_(std::move(values)) {
    parallel_for(folds, 1, [&](std::size_t fold, std::size_t /*last*/) {
      const auto rows = features_of(static_cast<Index>(fold));
      products_[fold].setZero(columns(), columns());
      products_[fold].selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
      targets_[fold] = rows.transpose() * values_of(static_cast<Index>(fold));
    });
    total_products_ = products_[0];
    total_targets_ = targets_[0];
    for (std::size_t fold = 1; fold < folds; ++fold) {
      total_products_ += products_[fold];
      total_targets_ += targets_[fold];
    }
  }

  [[nodiscard]] Eigen::VectorXd of_all() const { return solve(total_products_, total_targets_); }

  /// What is fitted to each row by coefficients that were learned without its fold.
  [[nodiscard]] Eigen::VectorXd fitted_by_others() const {
    Eigen::VectorXd fitted(values_.size());
    for (Index fold = 0; fold < folds; ++fold) {
      const auto place = static_cast<std::size_t>(fold);
      const Eigen::VectorXd others =
          solve(total_products_ - products_[place], total_targets_ - targets_[place]);
      const Eigen::VectorXd part = features_of(fold) * others;
      for (Index i = 0; i < part.size(); ++i) fitted(fold + i * folds) = part(i);
    }
    return fitted;
  }

 private:
  [[nodiscard]] Index columns() const { return features_.cols(); }
  [[nodiscard]] Index rows_of(Index fold) const {
    return (values_.size() - fold + folds - 1) / folds;
  }

  /// Every fifth row.
  [[nodiscard]] Eigen::Map<const RowMajor, 0, Eigen::OuterStride<>> features_of(Index fold) const {
    return {features_.data() + fold * columns(), rows_of(fold), columns(),
            Eigen::OuterStride<>(folds * columns())};
  }
  [[nodiscard]] Eigen::Map<const Eigen::VectorXd, 0, Eigen::InnerStride<>> values_of(
      Index fold) const {
    return {values_.data() + fold, rows_of(fold), Eigen::InnerStride<>(folds)};
  }

  static Eigen::VectorXd solve(Eigen::MatrixXd products, const Eigen::VectorXd& targets) {
    products.diagonal().tail(products.rows() - 1).array() += ridge;
    products(0, 0) += 1e-9;
    return products.selfadjointView<Eigen::Lower>().ldlt().solve(targets);
  }

  RowMajor features_;
  Eigen::VectorXd values_;
  std::array<Eigen::MatrixXd, folds> products_;  // lower triangles
  std::array<Eigen::VectorXd, folds> targets_;
  Eigen::MatrixXd total_products_;
  Eigen::VectorXd total_targets_;
};

LocalError::Learned LocalError::learn(const TableView& view, std::span<const double> prices) {
  const std::size_t rows = view.size();
  std::vector<PricedDiamond> stones(rows);
  for (std::size_t i = 0; i < rows; ++i) stones[i] = view.table.row(view.rows[i]);

  LocalError error;
  const auto by_price = [](const PricedDiamond& a, const PricedDiamond& b) {
    return a.price < b.price;
  };
  const auto [least, greatest] = std::minmax_element(stones.begin(), stones.end(), by_price);
  error.least_price_ = least->price;
  error.greatest_price_ = greatest->price;

  std::vector<Measures> measured(rows);
  for_all(rows, [&](std::size_t i) { measured[i] = error.measures(stones[i].stone, prices[i]); });
  parallel_for(measure_count, 1, [&](std::size_t k, std::size_t /*last*/) {
    std::vector<double> values(rows);
    for (std::size_t i = 0; i < rows; ++i) values[i] = measured[i][k];
    error.knots_[k] = knots_of(std::move(values), measure_infos[k].pieces);
  });

  RowMajor features(static_cast<Index>(rows), static_cast<Index>(error.columns()));
  Eigen::VectorXd off(static_cast<Index>(rows));
  for_all(rows, [&](std::size_t i) {
    const auto row = static_cast<Index>(i);
    error.encode(stones[i].stone, prices[i], {&features(row, 0), error.columns()});
    off(row) = std::abs(stones[i].price - prices[i]) / error.clamped(prices[i]);
  });
  Eigen::VectorXd logs = logs_of(off);
  const Fit fit(std::move(features), std::move(logs));
  const Eigen::VectorXd coefficients = fit.of_all();
  error.coefficients_.assign(coefficients.begin(), coefficients.end());

  Learned learned{std::move(error), std::vector<double>(rows)};
  const Eigen::VectorXd fitted = fit.fitted_by_others();
  for (std::size_t i = 0; i < rows; ++i)
    learned.of_others[i] =
        std::exp(fitted(static_cast<Index>(i))) * learned.of_all.clamped(prices[i]);
  return learned;
}

Json LocalError::to_json() const {
  Json knots = Json::object();
  for (std::size_t i = 0; i < measure_count; ++i)
    knots[std::string(measure_infos[i].name)] = knots_[i];
  return {{"prices", {least_price_, greatest_price_}},
          {"knots", knots},
          {"coefficients", coefficients_}};
}

LocalError LocalError::from_json(const Json& json) {
  LocalError error;
  error.least_price_ = json.at("prices").at(0).get<double>();
  error.greatest_price_ = json.at("prices").at(1).get<double>();
  error.coefficients_ = json.at("coefficients").get<std::vector<double>>();
  for (std::size_t i = 0; i < measure_count; ++i) {
    std::vector<double>& knots = error.knots_[i];
    knots = json.at("knots").at(std::string(measure_infos[i].name)).get<std::vector<double>>();
    if (knots.empty() || knots.size() > measure_infos[i].pieces + 1 ||
        !std::is_sorted(knots.begin(), knots.end(), std::less_equal<>()))
      throw std::runtime_error("these are no knots");
  }
  if (!(error.least_price_ > 0 && error.least_price_ <= error.greatest_price_) ||
      error.coefficients_.size() != error.columns())
    throw std::runtime_error("something is missing");
  return error;
}

}  // namespace diamond
