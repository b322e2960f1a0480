#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/json.h>
#include <diamond/core/parallel.h>
#include <diamond/core/spelling.h>
#include <diamond/models/attribution.h>
#include <diamond/models/flat_forest.h>
#include <diamond/models/tree_shap.h>
#include <diamond/models/xgboost_library.h>
#include <diamond/models/xgboost_model.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace diamond::xgboost {
namespace {

constexpr int file_version = 1;
constexpr const char* trees_file = "model.ubj";
constexpr const char* features_file = "features.json";
constexpr std::size_t block_rows = 1024;

static_assert(FeatureSet::most_columns <= FlatForest::most_columns);

std::vector<std::string> column_names(const FeatureSet& features) {
  std::vector<std::string> names;
  for (const Feature& feature : features.features()) names.emplace_back(feature.name);
  return names;
}

/// Trees walked here, and the file that they are from, which `save` writes again.
struct OurTrees {
  FlatForest forest;
  std::string bytes;
};

/// Trees walked by the library.
struct LibraryTrees {
  Booster booster;
  std::string why;  // they are not walked here
};

using Trees = std::variant<OurTrees, LibraryTrees>;

/// Rows are shared out among threads here, not in the library: one is not worth a team.
Booster read_booster(const std::string& bytes, std::string_view place) {
  Booster booster = Booster::from_bytes(bytes, place);
  booster.set("nthread", "1");
  return booster;
}

/// Throws StorageError with `place` where `bytes` are no model, or none of so many columns.
Trees read_trees(std::string bytes, std::size_t columns, std::string_view place) {
  auto read = FlatForest::from_ubjson(bytes);
  if (const auto* refusal = std::get_if<FlatForest::Refusal>(&read)) {
    return LibraryTrees{read_booster(bytes, place), refusal->why};
  }
  auto& forest = std::get<FlatForest>(read);
  if (forest.columns() != columns)
    throw StorageError(place,
                       "the trees look at " + std::to_string(forest.columns()) +
                           " columns, and the features are " + std::to_string(columns),
                       "restore it, or train the model again");
  return OurTrees{std::move(forest), std::move(bytes)};
}

/// What each column adds to the sum of the trees. Does what TreeShap does, with the library.
class LibraryShap {
 public:
  LibraryShap(Booster booster, std::size_t columns)
      : booster_(std::move(booster)),
        base_value_(booster_.contributions(std::vector<float>(columns), columns).back()) {}

  [[nodiscard]] double base_value() const { return base_value_; }

  void contribute(std::span<const float> row, std::span<double> contributions) const {
    const std::vector<float> found = booster_.contributions(row, row.size());
    std::copy_n(found.begin(), contributions.size(), contributions.begin());
  }

 private:
  Booster booster_;
  double base_value_;
};

/// `Fit`: gives the prediction for a row of features.
template <class Shap, class Fit>
class TreesExplainer final : public Explainer {
 public:
  TreesExplainer(Shap shap, const Frame& frame, Fit fit)
      : shap_(std::move(shap)), frame_(frame), fit_(std::move(fit)) {}

  Explanation explain(const Diamond& diamond) const override {
    const std::size_t columns = frame_.features.columns();
    std::array<float, FeatureSet::most_columns> row;
    std::array<double, FeatureSet::most_columns> contributions;
    const std::span<float> values = std::span(row).first(columns);
    frame_.features.encode(diamond, values);
    shap_.contribute(values, std::span(contributions).first(columns));

    Attribution attribution{shap_.base_value(), {}};
    double sum = attribution.base;
    for (std::size_t i = 0; i < columns; ++i) {
      share(contributions[i], frame_.features.features()[i].fields, attribution.effects);
      sum += contributions[i];
    }
    const double fitted = fit_(values);
    if (!is_sum(fitted, sum)) attribution = exponential_of(attribution);
    return explanation_of(attribution, fitted, frame_.target, diamond.carat, frame_.mean_log_carat);
  }

 private:
  /// Whether the objective predicts the trees' sum, rather than its exponential. The two lie at
  /// least 1 apart.
  static bool is_sum(double fitted, double sum) {
    return std::abs(fitted - sum) <= std::abs(fitted - std::exp(sum));
  }

  Shap shap_;
  const Frame& frame_;
  Fit fit_;
};

class XgboostModel final : public Model {
 public:
  XgboostModel(Trees trees, const Frame& frame) : trees_(std::move(trees)), frame_(frame) {}

  double predict(const Diamond& diamond) const override {
    std::array<float, FeatureSet::most_columns> buffer;
    const std::span<float> values = std::span(buffer).first(frame_.features.columns());
    frame_.features.encode(diamond, values);
    return to_price(fit_to(values), diamond.carat, frame_.target);
  }

  void predict(const TableView& view, std::span<double> prices) const override {
    parallel_for(view.size(), block_rows, [&](std::size_t first, std::size_t last) {
      std::vector<float> values((last - first) * frame_.features.columns());
      std::vector<float> fitted(last - first);
      frame_.features.encode(view.table, view.rows.subspan(first, last - first), values);
      fit_to(values, fitted);
      for (std::size_t i = first; i < last; ++i)
        prices[i] =
            to_price(fitted[i - first], view.table[Quantity::carat][view.rows[i]], frame_.target);
    });
  }

  void save(const std::filesystem::path& directory) const override {
    write_file(directory / trees_file, bytes());
    const Json file = {{"kind", "xgboost"},
                       {"schema_version", file_version},
                       {"features", frame_.features.name()},
                       {"columns", column_names(frame_.features)},
                       {"target", name_of(frame_.target)},
                       {"mean_log_carat", frame_.mean_log_carat},
                       {"library", to_string(xgboost::library_version())}};
    write_file(directory / features_file, file.dump(1) + "\n");
  }

  std::unique_ptr<const Explainer> explainer() const override {
    const auto fit = [this](std::span<const float> values) { return fit_to(values); };
    if (const auto* ours = std::get_if<OurTrees>(&trees_))
      if (auto shap = TreeShap::from_ubjson(ours->bytes))
        return explainer_of(*std::move(shap), fit);
    return explainer_of(LibraryShap(booster(), frame_.features.columns()), fit);
  }

  std::vector<std::string> remarks() const override {
    const auto* library = std::get_if<LibraryTrees>(&trees_);
    if (library == nullptr) return {};
    return {"XGBoost itself walks the trees of this model, which is slower: " + library->why};
  }

 private:
  template <class Shap, class Fit>
  std::unique_ptr<const Explainer> explainer_of(Shap shap, Fit fit) const {
    return std::make_unique<TreesExplainer<Shap, Fit>>(std::move(shap), frame_, std::move(fit));
  }

  float fit_to(std::span<const float> values) const {
    float fitted = 0;
    fit_to(values, {&fitted, 1});
    return fitted;
  }

  void fit_to(std::span<const float> values, std::span<float> fitted) const {
    if (const auto* ours = std::get_if<OurTrees>(&trees_))
      ours->forest.predict(values, fitted);
    else
      std::get<LibraryTrees>(trees_).booster.predict(values, fitted);
  }

  /// What the library makes of the trees.
  Booster booster() const {
    if (const auto* ours = std::get_if<OurTrees>(&trees_))
      return read_booster(ours->bytes, "xgboost");
    return std::get<LibraryTrees>(trees_).booster;
  }

  std::string bytes() const {
    if (const auto* ours = std::get_if<OurTrees>(&trees_)) return ours->bytes;
    return std::get<LibraryTrees>(trees_).booster.to_bytes();
  }

  Trees trees_;
  Frame frame_;
};

void refuse_newer(const std::string& library, const std::filesystem::path& file) {
  const xgboost::Version ours = xgboost::library_version();
  if (std::stoi(library) > ours.major)
    throw StorageError(
        file.string(),
        "the model was written by XGBoost " + library + ", and this is " + to_string(ours),
        "update XGBoost, or train the model again");
}

Frame read_frame(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  const auto broken = [&](const std::string& what) {
    return StorageError(file.string(), what, "train the model again");
  };
  Json json = Json::parse(text, nullptr, false);
  try {
    if (json.at("kind") != "xgboost" || json.at("schema_version") != file_version)
      throw broken("this is not an xgboost model of version " + std::to_string(file_version));
    refuse_newer(json.at("library").get<std::string>(), file);
    const std::string name = json.at("features").get<std::string>();
    const auto known = feature_set_names();
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw broken("there is no feature set called " + printable(name));
    const FeatureSet features(name);
    if (json.at("columns").get<std::vector<std::string>>() != column_names(features))
      throw broken("the feature set " + name + " has changed since the model was trained");
    return {features, parse_target(json.at("target").get<std::string>()).value(),
            json.value("mean_log_carat", usual_log_carat)};
  } catch (const StorageError&) {
    throw;
  } catch (const std::exception&) {
    throw broken("this does not say what the trees are fed");
  }
}

}  // namespace

std::unique_ptr<Model> make_model(std::string bytes, const Frame& frame, std::string_view place) {
  return std::make_unique<XgboostModel>(
      read_trees(std::move(bytes), frame.features.columns(), place), frame);
}

std::unique_ptr<Model> load_model(const std::filesystem::path& directory) {
  const Frame frame = read_frame(directory / features_file);
  const std::filesystem::path trees = directory / trees_file;
  return make_model(read_file(trees), frame, trees.string());
}

}  // namespace diamond::xgboost
