#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/parallel.h>
#include <diamond/core/random.h>
#include <diamond/models/attribution.h>
#include <diamond/models/gaussian_process.h>
#include <diamond/models/posterior.h>
#include <diamond/models/standardised_features.h>

#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace diamond {
namespace {

using Eigen::Index;
using gaussian::Effort;
using gaussian::feature_count;
using gaussian::Features;
using gaussian::Kernel;
using gaussian::Observations;
using gaussian::ScaledPoints;
using gaussian::StandardisedFeatures;
using gaussian::Stopped;

constexpr int file_version = 1;
constexpr const char* file_name = "gaussian_process.json";
constexpr std::size_t block_rows = 256;   // that one thread prices before it takes the next
constexpr Index rows_when_stopped = 500;  // an exact posterior of these takes some milliseconds
constexpr auto features_size = static_cast<Index>(feature_count);

/// intercept + slopes · features: what the process varies about.
struct LinearMean {
  double intercept = 0;
  Eigen::VectorXd slopes = Eigen::VectorXd::Zero(features_size);
};

/// All that a price follows from.
struct Posterior {
  Target target = Target::price;
  StandardisedFeatures features;
  LinearMean mean;
  double deviation = 1;    // of the target about the mean: the unit of the process
  Kernel kernel;           // in units of the standardised features, and of `deviation`
  Eigen::MatrixXd points;  // (m, features), standardised
  Eigen::VectorXd weights;
};

Json to_json(const Eigen::VectorXd& vector) {
  return std::vector<double>(vector.begin(), vector.end());
}

Eigen::VectorXd vector_of(const Json& json) {
  const auto numbers = json.get<std::vector<double>>();
  return Eigen::Map<const Eigen::VectorXd>(numbers.data(), static_cast<Index>(numbers.size()));
}

Json to_json(const Kernel& kernel) {
  return {{"length_scales", to_json(kernel.length_scales)},
          {"signal", kernel.signal},
          {"noise", kernel.noise}};
}

Kernel kernel_of(const Json& json) {
  return {vector_of(json.at("length_scales")), json.at("signal").get<double>(),
          json.at("noise").get<double>()};
}

/// The mean of the process, where it is asked.
class Process {
 public:
  explicit Process(Posterior posterior)
      : posterior_(std::move(posterior)),
        points_(posterior_.points, posterior_.kernel.length_scales),
        weights_(points_.padded(posterior_.weights)) {}

  [[nodiscard]] const Posterior& posterior() const { return posterior_; }

  /// By how much it differs from its linear mean, in its unit.
  [[nodiscard]] double variation_at(const Features& features) const {
    Features scaled = features;
    for (std::size_t i = 0; i < feature_count; ++i)
      scaled[i] /= posterior_.kernel.length_scales(static_cast<Index>(i));
    return points_.weighted_correlations(scaled.data(), weights_);
  }

  /// The fitted value, given the variation there.
  [[nodiscard]] double fitted_at(const Features& features, double variation) const {
    double fitted = posterior_.mean.intercept;
    for (std::size_t i = 0; i < feature_count; ++i)
      fitted += posterior_.mean.slopes(static_cast<Index>(i)) * features[i];
    fitted += posterior_.deviation * variation;
    return fitted;
  }

  [[nodiscard]] double fitted_at(const Features& features) const {
    return fitted_at(features, variation_at(features));
  }

  /// What each feature adds to the fitted value on the straight way to these from where all are 0.
  /// `change`: that of the variation.
  [[nodiscard]] Eigen::VectorXd effects_on_the_way(const Features& features, double change) const {
    const Eigen::Map<const Eigen::VectorXd> end(features.data(), features_size);
    const Eigen::VectorXd scaled_end = end.cwiseQuotient(posterior_.kernel.length_scales);
    return posterior_.mean.slopes.cwiseProduct(end) +
           posterior_.deviation * points_.effects_on_the_way(scaled_end, weights_, change);
  }

 private:
  Posterior posterior_;
  ScaledPoints points_;
  Eigen::VectorXd weights_;  // padded
};

/// Aumann-Shapley values on the way from the mean of the training rows, where all features are 0.
class GaussianProcessExplainer final : public Explainer {
 public:
  explicit GaussianProcessExplainer(const Process& process)
      : process_(process), variation_at_mean_(process.variation_at(Features{})) {}

  Explanation explain(const Diamond& diamond) const override {
    const Posterior& posterior = process_.posterior();
    const Features features = posterior.features.encode(diamond);
    const double variation = process_.variation_at(features);
    const Eigen::VectorXd effects =
        process_.effects_on_the_way(features, variation - variation_at_mean_);
    Attribution attribution{process_.fitted_at(Features{}, variation_at_mean_), {}};
    for (std::size_t i = 0; i < feature_count; ++i)
      share(effects(static_cast<Index>(i)), gaussian::feature_fields[i], attribution.effects);
    return explanation_of(attribution, process_.fitted_at(features, variation), posterior.target,
                          diamond.carat, posterior.features.mean_log_carat());
  }

 private:
  const Process& process_;
  double variation_at_mean_;
};

class GaussianProcessModel final : public Model {
 public:
  explicit GaussianProcessModel(Posterior posterior) : process_(std::move(posterior)) {}

  double predict(const Diamond& diamond) const override {
    const Posterior& posterior = process_.posterior();
    return to_price(process_.fitted_at(posterior.features.encode(diamond)), diamond.carat,
                    posterior.target);
  }

  void predict(const TableView& view, std::span<double> prices) const override {
    parallel_for(view.size(), block_rows, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i)
        prices[i] = predict(view.table.row(view.rows[i]).stone);
    });
  }

  void save(const std::filesystem::path& directory) const override {
    const Posterior& posterior = process_.posterior();
    const Json file = {{"kind", "gaussian_process"},
                       {"schema_version", file_version},
                       {"target", name_of(posterior.target)},
                       {"features", posterior.features.to_json()},
                       {"intercept", posterior.mean.intercept},
                       {"slopes", to_json(posterior.mean.slopes)},
                       {"deviation", posterior.deviation},
                       {"kernel", to_json(posterior.kernel)},
                       {"points", points_to_json(posterior)}};
    write_file(directory / file_name, file.dump() + "\n");
  }

  std::unique_ptr<const Explainer> explainer() const override {
    return std::make_unique<GaussianProcessExplainer>(process_);
  }

 private:
  static Json points_to_json(const Posterior& posterior) {
    Json points = Json::array();
    for (Index i = 0; i < posterior.points.rows(); ++i) {
      Json point = to_json(Eigen::VectorXd(posterior.points.row(i)));
      point.push_back(posterior.weights(i));
      points.push_back(std::move(point));
    }
    return points;
  }

  Process process_;
};

/// `count` rows, or all there are, in random order (Fisher & Yates): any first part of them is a
/// random sample too.
std::vector<std::uint32_t> random_rows(const TableView& view, std::size_t count,
                                       std::uint32_t seed) {
  std::vector<std::uint32_t> rows(view.rows.begin(), view.rows.end());
  count = std::min(count, rows.size());
  Random random(seed, 0);
  for (std::size_t i = 0; i < count; ++i)
    std::swap(rows[i], rows[i + random.below(rows.size() - i)]);
  rows.resize(count);
  return rows;
}

Eigen::MatrixXd encode(const StandardisedFeatures& features, const TableView& view) {
  Eigen::MatrixXd points(static_cast<Index>(view.size()), features_size);
  for (std::size_t i = 0; i < view.size(); ++i) {
    const Features one = features.encode(view.table.row(view.rows[i]).stone);
    points.row(static_cast<Index>(i)) =
        Eigen::Map<const Eigen::RowVectorXd>(one.data(), features_size);
  }
  return points;
}

Eigen::VectorXd targets(const TableView& view, Target target) {
  Eigen::VectorXd values(static_cast<Index>(view.size()));
  for (std::size_t i = 0; i < view.size(); ++i) {
    const auto [stone, price] = view.table.row(view.rows[i]);
    values(static_cast<Index>(i)) = to_target(price, stone.carat, target);
  }
  return values;
}

/// Least squares; columns that the points do not tell apart share their effect.
LinearMean linear_mean(const Eigen::MatrixXd& points, const Eigen::VectorXd& values) {
  const Eigen::RowVectorXd centre = points.colwise().mean();
  const double middle = values.mean();
  const Eigen::MatrixXd centred = points.rowwise() - centre;
  LinearMean mean;
  mean.slopes =
      centred.completeOrthogonalDecomposition().solve(Eigen::VectorXd(values.array() - middle));
  mean.intercept = middle - centre.dot(mean.slopes);
  return mean;
}

Observations first_of(const Observations& all, Index count) {
  count = std::min(count, all.values.size());
  return {all.points.topRows(count), all.values.head(count)};
}

/// A fit to given rows.
class Fitting {
 public:
  Fitting(const TableView& rows, const FitSettings& settings, const FitControl& control)
      : params_(settings.params),
        effort_{control.stop, control.threads},
        posterior_{settings.target, StandardisedFeatures(rows), {}, 1, {}, {}, {}},
        observations_{encode(posterior_.features, rows), targets(rows, settings.target)} {
    posterior_.mean = linear_mean(observations_.points, observations_.values);
    observations_.values -= observations_.points * posterior_.mean.slopes;
    observations_.values.array() -= posterior_.mean.intercept;
    const double deviation = std::sqrt(observations_.values.array().square().mean());
    if (!std::isfinite(deviation))
      throw TrainingError("gaussian_process", "the prices have no finite spread",
                          "look for extreme numbers in the data");
    if (deviation > 0) posterior_.deviation = deviation;
    observations_.values /= posterior_.deviation;
  }

  FittedModel fit() {
    posterior_.kernel = params_.contains("kernel") ? kernel_of(params_["kernel"]) : find_kernel();
    try {
      learn_from_all();
    } catch (const Stopped&) {
      const Observations some = first_of(observations_, rows_when_stopped);
      posterior_.points = some.points;
      posterior_.weights = gaussian::exact_weights(some, posterior_.kernel, {{}, effort_.threads});
    }
    Json found = {{"kernel", to_json(posterior_.kernel)}};
    return {std::make_unique<GaussianProcessModel>(std::move(posterior_)), std::move(found)};
  }

 private:
  [[nodiscard]] Kernel find_kernel() const {
    const Kernel start{Eigen::VectorXd::Constant(features_size, 3.0), 1.0, 0.3};
    return gaussian::likeliest_kernel(
        first_of(observations_, params_.at("likelihood_rows").get<Index>()), start,
        params_.at("max_evaluations").get<int>(), effort_);
  }

  void learn_from_all() {
    const Index inducing =
        std::min(params_.at("inducing_points").get<Index>(), observations_.values.size());
    posterior_.weights =
        inducing == observations_.values.size()
            ? gaussian::exact_weights(observations_, posterior_.kernel, effort_)
            : gaussian::sparse_weights(observations_, inducing, posterior_.kernel, effort_);
    posterior_.points = observations_.points.topRows(inducing);
  }

  const Json& params_;
  Effort effort_;
  Posterior posterior_;
  Observations observations_;  // in units of the features and of posterior_.deviation
};

Json positive(const std::string& description) {
  return {{"description", description}, {"type", "number"}, {"exclusiveMinimum", 0}};
}

Json whole_number(const std::string& description, int least, int most, int standard) {
  return {{"description", description},
          {"type", "integer"},
          {"minimum", least},
          {"maximum", most},
          {"default", standard}};
}

class GaussianProcess final : public Estimator {
 public:
  std::string summary() const override {
    return "a Gaussian process: smooth in every feature, good where rows are few";
  }

  Json params_schema() const override {
    const Json length_scales = {{"type", "array"},
                                {"items", positive("in standard deviations of the feature")},
                                {"minItems", feature_count},
                                {"maxItems", feature_count}};
    return {
        {"type", "object"},
        {"additionalProperties", false},
        {"properties",
         {{"inducing_points",
           whole_number("up to so many rows the posterior is exact; of more rows, so many "
                        "carry an approximation. Time grows with their square",
                        1, 10'000, 2'000)},
          {"likelihood_rows",
           whole_number("how many rows the hyperparameters are found on. Time grows with their "
                        "cube",
                        1, 5'000, 1'000)},
          {"max_rows", whole_number("of more rows, so many random ones are learned from", 1,
                                    10'000'000, 50'000)},
          {"max_evaluations", whole_number("of the marginal likelihood, after which the search for "
                                           "hyperparameters ends",
                                           1, 10'000, 60)},
          {"kernel",
           {{"description", "the hyperparameters. Left out, they are found"},
            {"type", "object"},
            {"additionalProperties", false},
            {"required", {"length_scales", "signal", "noise"}},
            {"properties",
             {{"length_scales", length_scales},
              {"signal", positive("standard deviation, as a share of the residuals' of a "
                                  "linear regression")},
              {"noise", positive("standard deviation, likewise")}}}}}}}};
  }

  Json search_space() const override {
    return {{"likelihood_rows", {{"type", "int"}, {"min", 500}, {"max", 1'500}}}};
  }

  FittedModel fit(const FitRows& rows, const FitSettings& settings,
                  const FitControl& control) const override {
    if (rows.train.size() == 0)
      throw TrainingError("gaussian_process", "there are no rows to learn from", "bring more data");
    const auto chosen =
        random_rows(rows.train, settings.params.at("max_rows").get<std::size_t>(), settings.seed);
    return Fitting({rows.train.table, chosen}, settings, control).fit();
  }

  std::unique_ptr<Model> load(const std::filesystem::path& directory) const override {
    const std::filesystem::path file = directory / file_name;
    const std::string text = read_file(file);
    try {
      return std::make_unique<GaussianProcessModel>(parse(Json::parse(text)));
    } catch (const std::exception&) {
      throw StorageError(
          file.string(),
          "this is not a whole Gaussian process of version " + std::to_string(file_version),
          "train the model again");
    }
  }

 private:
  /// Throws something where the file is not as `save` writes it.
  static Posterior parse(const Json& file) {
    if (file.at("kind") != "gaussian_process" || file.at("schema_version") != file_version)
      throw std::runtime_error("another kind or version");
    const Json& points = file.at("points");
    const auto size = static_cast<Index>(points.size());
    Posterior posterior{parse_target(file.at("target").get<std::string>()).value(),
                        StandardisedFeatures(file.at("features")),
                        {file.at("intercept").get<double>(), vector_of(file.at("slopes"))},
                        file.at("deviation").get<double>(),
                        kernel_of(file.at("kernel")),
                        Eigen::MatrixXd(size, features_size),
                        Eigen::VectorXd(size)};
    for (Index i = 0; i < size; ++i) {
      const Eigen::VectorXd point = vector_of(points.at(static_cast<std::size_t>(i)));
      if (point.size() != features_size + 1) throw std::runtime_error("not a point");
      posterior.points.row(i) = point.head(features_size);
      posterior.weights(i) = point(features_size);
    }
    if (posterior.mean.slopes.size() != features_size ||
        posterior.kernel.length_scales.size() != features_size)
      throw std::runtime_error("other features");
    return posterior;
  }
};

}  // namespace

std::unique_ptr<Estimator> make_gaussian_process() {
  return std::make_unique<GaussianProcess>();
}

}  // namespace diamond
