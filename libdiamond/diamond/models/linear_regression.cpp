#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/parallel.h>
#include <diamond/core/spelling.h>
#include <diamond/features/one_hot.h>
#include <diamond/models/attribution.h>
#include <diamond/models/linear_regression.h>
#include <diamond/models/row_pieces.h>

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace diamond {
namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t block_rows = 1024;  // a block of the design matrix stays in the cache
constexpr std::size_t piece_rows =
    64 * block_rows;  // what one thread sums up before it takes the next
constexpr int file_version = 1;
constexpr const char* file_name = "model.json";

/// intercept + features · coefficients, in one fixed order of additions.
double weighted_sum(double intercept, std::span<const double> features,
                    std::span<const double> coefficients) {
  double sum = intercept;
  for (std::size_t i = 0; i < features.size(); ++i) sum += features[i] * coefficients[i];
  return sum;
}

/// All that a price follows from, and what prices are explained against.
struct Regression {
  OneHotEncoder encoder;
  Target target;
  double intercept;
  std::vector<double> coefficients;
  std::vector<double> means;  // of the features over the training rows
  double mean_log_carat;      // over the training rows
};

/// Shapley values of a sum: a coefficient times what the feature is above its mean (interventional
/// SHAP values of linear models; Lundberg & Lee 2017, corollary 1).
class LinearExplainer final : public Explainer {
 public:
  explicit LinearExplainer(const Regression& regression)
      : regression_(regression),
        fields_(regression.encoder.fields()),
        base_(weighted_sum(regression.intercept, regression.means, regression.coefficients)) {}

  Explanation explain(const Diamond& diamond) const override {
    const auto& [encoder, target, intercept, coefficients, means, mean_log_carat] = regression_;
    std::vector<double> features(encoder.columns());
    encoder.encode(diamond, features);
    Attribution attribution{base_, {}};
    for (std::size_t i = 0; i < features.size(); ++i)
      share(coefficients[i] * (features[i] - means[i]), {fields_[i]}, attribution.effects);
    return explanation_of(attribution, weighted_sum(intercept, features, coefficients), target,
                          diamond.carat, mean_log_carat);
  }

 private:
  const Regression& regression_;
  std::vector<Field> fields_;
  double base_;
};

class LinearModel final : public Model {
 public:
  explicit LinearModel(Regression regression) : regression_(std::move(regression)) {}

  double predict(const Diamond& diamond) const override {
    std::vector<double> features(regression_.encoder.columns());
    regression_.encoder.encode(diamond, features);
    return price_of(features, diamond.carat);
  }

  void predict(const TableView& view, std::span<double> prices) const override {
    const OneHotEncoder& encoder = regression_.encoder;
    const std::size_t columns = encoder.columns();
    parallel_for(view.size(), block_rows, [&](std::size_t first, std::size_t last) {
      std::vector<double> block((last - first) * columns);
      encoder.encode(view.table, view.rows.subspan(first, last - first), block);
      for (std::size_t i = first; i < last; ++i) {
        const std::span<const double> features(block.data() + (i - first) * columns, columns);
        prices[i] = price_of(features, view.table[Quantity::carat][view.rows[i]]);
      }
    });
  }

  void save(const std::filesystem::path& directory) const override {
    Json quantities = Json::array();
    for (const Quantity quantity : regression_.encoder.quantities())
      quantities.push_back(info(quantity).name);
    const Json file = {{"kind", "linear"},
                       {"schema_version", file_version},
                       {"target", name_of(regression_.target)},
                       {"quantities", quantities},
                       {"intercept", regression_.intercept},
                       {"coefficients", by_name(regression_.coefficients)},
                       {"means", by_name(regression_.means)},
                       {"mean_log_carat", regression_.mean_log_carat}};
    write_file(directory / file_name, file.dump(1) + "\n");
  }

  std::unique_ptr<const Explainer> explainer() const override {
    return std::make_unique<LinearExplainer>(regression_);
  }

 private:
  double price_of(std::span<const double> features, double carat) const {
    return to_price(weighted_sum(regression_.intercept, features, regression_.coefficients), carat,
                    regression_.target);
  }

  Json by_name(const std::vector<double>& numbers) const {
    Json json = Json::object();
    const std::vector<std::string> names = regression_.encoder.names();
    for (std::size_t i = 0; i < names.size(); ++i) json[names[i]] = numbers[i];
    return json;
  }

  Regression regression_;
};

/// Sums over rows of [features, target]: with s a fixed shift near the middle of the data, Σ(v − s)
/// and Σ(v − s)(v − s)ᵀ. The shift keeps the later subtraction of the means from cancelling the
/// digits away.
struct Moments {
  explicit Moments(Index size)
      : sum(Eigen::VectorXd::Zero(size)), products(Eigen::MatrixXd::Zero(size, size)) {}

  void add(const Moments& other) {
    count += other.count;
    sum += other.sum;
    products += other.products;
  }

  double count = 0;  // rows
  Eigen::VectorXd sum;
  Eigen::MatrixXd products;  // lower triangle
};

/// The normal equations of a data set: reads its rows block by block, and sums up with the other
/// workers.
class NormalEquations {
 public:
  NormalEquations(const OneHotEncoder& encoder, Target target, Collective& workers)
      : encoder_(encoder),
        target_(target),
        workers_(workers),
        size_(static_cast<Index>(encoder.columns()) + 1) {}

  /// Means of [features, target], and the products, of what is above the means where `centred`.
  std::pair<Eigen::VectorXd, Eigen::MatrixXd> sum_up(const RowPieces& pieces, bool centred) const {
    const Eigen::VectorXd shift = centred ? first_means(pieces) : Eigen::VectorXd::Zero(size_);
    std::vector<Moments> parts(pieces.count, Moments(size_));
    parallel_for(pieces.count, 1, [&](std::size_t piece, std::size_t /*last*/) {
      pieces.visit(piece, [&](const TableView& rows) { sum_piece(rows, shift, parts[piece]); });
    });
    Moments total(size_);
    for (const Moments& part : parts) total.add(part);
    sum_with_others(total);

    Eigen::MatrixXd products = total.products.selfadjointView<Eigen::Lower>();
    if (centred) products -= total.sum * total.sum.transpose() / total.count;
    return {shift + total.sum / total.count, products};
  }

 private:
  /// Rows of [features, target].
  RowMajor block(const TableView& view) const {
    const auto columns = encoder_.columns();
    std::vector<double> features(view.size() * columns);
    encoder_.encode(view.table, view.rows, features);
    RowMajor block(static_cast<Index>(view.size()), size_);
    block.leftCols(size_ - 1) =
        Eigen::Map<const RowMajor>(features.data(), block.rows(), static_cast<Index>(columns));
    const NumberColumn& prices = view.table[Quantity::price];
    const NumberColumn& carats = view.table[Quantity::carat];
    for (std::size_t i = 0; i < view.size(); ++i)
      block(static_cast<Index>(i), size_ - 1) =
          to_target(prices[view.rows[i]], carats[view.rows[i]], target_);
    return block;
  }

  /// The means of the workers' first blocks: any point near the middle of the data would do.
  Eigen::VectorXd first_means(const RowPieces& pieces) const {
    std::vector<double> sums(static_cast<std::size_t>(size_) + 1);  // the last one counts workers
    Eigen::Map<Eigen::VectorXd> means(sums.data(), size_);
    if (pieces.count > 0)
      pieces.visit(0, [&](const TableView& rows) {
        const std::size_t size = std::min(rows.size(), block_rows);
        means = block({rows.table, rows.rows.first(size)}).colwise().mean().transpose();
        sums.back() = 1;
      });
    workers_.sum(sums);
    return means / sums.back();
  }

  void sum_piece(const TableView& view, const Eigen::VectorXd& shift, Moments& moments) const {
    for (std::size_t first = 0; first < view.size(); first += block_rows) {
      const std::size_t size = std::min(block_rows, view.size() - first);
      RowMajor rows = block({view.table, view.rows.subspan(first, size)});
      rows.rowwise() -= shift.transpose();
      moments.sum += rows.colwise().sum().transpose();
      moments.products.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
    }
    moments.count += static_cast<double>(view.size());
  }

  void sum_with_others(Moments& moments) const {
    std::vector<double> all{moments.count};
    all.insert(all.end(), moments.sum.begin(), moments.sum.end());
    all.insert(all.end(), moments.products.reshaped().begin(), moments.products.reshaped().end());
    workers_.sum(all);
    moments.count = all.front();
    moments.sum = Eigen::Map<const Eigen::VectorXd>(all.data() + 1, size_);
    moments.products = Eigen::Map<const Eigen::MatrixXd>(all.data() + 1 + size_, size_, size_);
  }

  const OneHotEncoder& encoder_;
  Target target_;
  Collective& workers_;
  Index size_;
};

/// The shortest β in scaled units that minimises βᵀAβ − 2bᵀβ.
Eigen::VectorXd solve_scaled(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  constexpr double rank_threshold = 1e-13;
  const Eigen::VectorXd scale = a.diagonal().unaryExpr(
      [](double square) { return square > 0 ? 1 / std::sqrt(square) : 0.0; });
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> decomposition;
  decomposition.setThreshold(rank_threshold);
  decomposition.compute(scale.asDiagonal() * a * scale.asDiagonal());
  return scale.asDiagonal() * decomposition.solve(scale.asDiagonal() * b);
}

/// The rows of a view in the table's order: least squares do not care, and memory likes it.
std::vector<std::uint32_t> in_table_order(const TableView& view) {
  std::vector<bool> wanted(view.table.rows());
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t row : view.rows) {
    if (wanted[row]) {  // a row that counts twice: no set of rows can say that
      rows.assign(view.rows.begin(), view.rows.end());
      std::sort(rows.begin(), rows.end());
      return rows;
    }
    wanted[row] = true;
  }
  rows.reserve(view.size());
  for (std::uint32_t row = 0; row < wanted.size(); ++row)
    if (wanted[row]) rows.push_back(row);
  return rows;
}

std::vector<Quantity> quantities_of(const Json& names) {
  std::vector<Quantity> quantities;
  for (const Json& name : names) {
    const auto quantity = parse_quantity(name.get<std::string>());
    if (!quantity || *quantity == Quantity::price) throw UsageError("", "no such quantity", "");
    quantities.push_back(*quantity);
  }
  return quantities;
}

/// Files written before there were other targets say "log_target": true or false.
Target target_of(const Json& file) {
  if (file.contains("log_target"))
    return file["log_target"].get<bool>() ? Target::log_price : Target::price;
  return parse_target(file.at("target").get<std::string>()).value();
}

/// A number for each column.
std::vector<double> numbers_of(const Json& by_name, const OneHotEncoder& encoder) {
  std::vector<double> numbers;
  for (const std::string& name : encoder.names()) numbers.push_back(by_name.at(name).get<double>());
  return numbers;
}

class LinearRegression final : public Estimator {
 public:
  std::string summary() const override {
    return "least squares on carat, size and the grades; explains itself, learns in a moment";
  }

  Json params_schema() const override {
    Json names = Json::array();
    for (const Quantity quantity : stone_quantities) names.push_back(info(quantity).name);
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"quantities",
               {{"description", "the measures that are used beside the grades"},
                {"type", "array"},
                {"items", {{"enum", names}}},
                {"uniqueItems", true},
                {"default", {"carat", "x"}}}},
              {"fit_intercept",
               {{"description",
                 "false: a stone whose features are all 0 costs 0 (or 1, on a log target)"},
                {"type", "boolean"},
                {"default", true}}}}}};
  }

  FittedModel fit(const FitRows& rows, const FitSettings& settings,
                  const FitControl& /*control*/) const override {
    const TableView& train = rows.train;
    if (train.size() == 0)
      throw TrainingError("linear", "there are no rows to learn from", "bring more data");
    const std::vector<std::uint32_t> order = in_table_order(train);
    const TableView ordered{train.table, order};
    Alone alone;
    return least_squares(pieces_of(ordered, piece_rows), settings, alone, mean_log_carat(train));
  }

  /// To rounding what `fit` finds.
  FittedModel fit_share(const RowShare& share, Metric /*metric*/, const FitSettings& settings,
                        const FitControl& /*control*/) const override {
    const std::vector<std::uint32_t> sample = all_rows(share.sample());
    return least_squares(pieces_of(share, RowShare::Rows::all), settings, share.collective(),
                         mean_log_carat({share.sample(), sample}));
  }

  std::unique_ptr<Model> load(const std::filesystem::path& directory) const override {
    const std::filesystem::path file = directory / file_name;
    const std::string text = read_file(file);
    try {
      return parse(Json::parse(text));
    } catch (const std::exception&) {
      throw StorageError(
          file.string(),
          "this is not a whole linear model of version " + std::to_string(file_version),
          "train the model again");
    }
  }

 private:
  static FittedModel least_squares(const RowPieces& pieces, const FitSettings& settings,
                                   Collective& workers, double mean_log_carat) {
    const bool with_intercept = settings.params.at("fit_intercept").get<bool>();
    OneHotEncoder encoder(quantities_of(settings.params.at("quantities")));
    const auto [means, products] =
        NormalEquations(encoder, settings.target, workers).sum_up(pieces, with_intercept);
    const Index features = products.rows() - 1;
    const Eigen::VectorXd solution = solve_scaled(products.topLeftCorner(features, features),
                                                  products.col(features).head(features));
    const double intercept =
        with_intercept ? means(features) - means.head(features).dot(solution) : 0.0;
    if (!solution.allFinite() || !std::isfinite(intercept))
      throw TrainingError("linear", "the least squares have no finite solution",
                          "look for extreme numbers in the data");
    return {std::make_unique<LinearModel>(
        Regression{std::move(encoder), settings.target, intercept,
                   std::vector<double>(solution.begin(), solution.end()),
                   std::vector<double>(means.data(), means.data() + features), mean_log_carat})};
  }

  /// Throws something where the file is not as `save` writes it. Older files do not know means:
  /// their prices are explained against a stone whose features are all 0.
  static std::unique_ptr<Model> parse(const Json& file) {
    if (file.at("kind") != "linear" || file.at("schema_version") != file_version)
      throw StorageError("", "another kind or version", "");
    const OneHotEncoder encoder(quantities_of(file.at("quantities")));
    Regression regression{encoder,
                          target_of(file),
                          file.at("intercept").get<double>(),
                          numbers_of(file.at("coefficients"), encoder),
                          std::vector<double>(encoder.columns()),
                          file.value("mean_log_carat", usual_log_carat)};
    if (file.contains("means")) regression.means = numbers_of(file["means"], encoder);
    return std::make_unique<LinearModel>(std::move(regression));
  }
};

}  // namespace

std::unique_ptr<Estimator> make_linear_regression() {
  return std::make_unique<LinearRegression>();
}

}  // namespace diamond
