#include <diamond/core/error.h>
#include <diamond/core/parallel.h>
#include <diamond/data/split.h>
#include <diamond/features/feature_set.h>
#include <diamond/models/attribution.h>
#include <diamond/models/row_pieces.h>
#include <diamond/models/xgboost_library.h>
#include <diamond/models/xgboost_model.h>
#include <diamond/models/xgboost_params.h>
#include <diamond/models/xgboost_regressor.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace diamond {
namespace {

using xgboost::Booster;
using xgboost::Matrix;

constexpr std::size_t block_rows = 1024;
constexpr std::size_t block_rows_of_matrix = std::size_t{1} << 18U;
constexpr int most_trees = 20'000;    // where early stopping looks for their number
constexpr int judge_every = 5;        // trees; a prediction of the validation rows costs a little
constexpr int first_checkpoint = 25;  // trees, where their number is not known before
constexpr int checkpoints = 8;        // where it is
constexpr double held_out_share = 0.1;

/// The library's threads wait for each other at every split, busily: on few rows that costs more
/// than it gains, and many times more where other programs want the processors too.
unsigned threads_for(std::size_t rows) {
  constexpr std::size_t rows_of_a_thread = 100'000;
  const auto wanted =
      static_cast<unsigned>(std::min<std::size_t>(1 + rows / rows_of_a_thread, 1024));
  return std::min(wanted, std::max(1U, std::thread::hardware_concurrency()));
}

/// What a fit learns from, wherever it is held.
struct Learning {
  RowPieces train;
  std::optional<TableView> validation;
  Metric metric;
  double mean_log_carat;
  unsigned threads;
  Collective& workers;
  std::optional<std::filesystem::path> cache;  // where a matrix lies that does not fit in memory
};

/// Sums over the training rows of all workers, in the rows' order.
struct Sums {
  double rows = 0;
  double price = 0;
  double target = 0;
};

/// Before its version 2.1 the library's files serve neither several workers, where it fails, nor
/// categories, from which it grows wrong trees and says nothing.
bool has_whole_external_memory() {
  return xgboost::library_is_since(2, 1);
}

Sums sum_up(const Learning& learning, Target target) {
  Sums sums;
  for (std::size_t piece = 0; piece < learning.train.count; ++piece)
    learning.train.visit(piece, [&](const TableView& view) {
      const NumberColumn& prices = view.table[Quantity::price];
      const NumberColumn& carats = view.table[Quantity::carat];
      for (const std::uint32_t row : view.rows) {
        sums.price += prices[row];
        sums.target += to_target(prices[row], carats[row], target);
      }
      sums.rows += static_cast<double>(view.size());
    });
  std::array<double, 3> all = {sums.rows, sums.price, sums.target};
  learning.workers.sum(all);
  return {all[0], all[1], all[2]};
}

/// A fit on given training and validation rows.
class Boosting {
 public:
  Boosting(const Learning& learning, const FitSettings& settings, const FitControl& control)
      : learning_(learning),
        settings_(settings),
        params_(settings.params),
        control_(control),
        features_(params_.at("features").get<std::string>()),
        sums_(sum_up(learning, settings.target)),
        train_(train_matrix()),
        booster_(*train_) {
    set_parameters();
    if (const auto& rows = learning.validation) {
      validation_ = matrix_of("validation", [&] {
        return Matrix::dense(source_of(pieces_of(*rows, block_rows_of_matrix), 0));
      });
      actual_.resize(rows->size());
      rows->table[Quantity::price].gather(rows->rows, actual_);
    }
  }

  /// Just so many trees, unless it is asked to stop.
  FittedModel fit_trees(int trees) {
    for (int i = 0; i < trees && !control_.stop.stop_requested(); ++i) {
      booster_.update(i, *train_);
      const bool is_checkpoint = (i + 1) * checkpoints / trees > i * checkpoints / trees;
      if (validation_ && control_.report && is_checkpoint) control_.report(judge());
    }
    require_trees();
    return {finished(booster_)};
  }

  /// As many trees as the validation rows want. Requires: there are such rows.
  FittedModel fit_until_no_better() {
    const int patience = params_.at("early_stopping_rounds").get<int>();
    int best_trees = 0;
    double best = 0;
    int checkpoint = first_checkpoint;
    for (int trees = 1; trees <= most_trees && !control_.stop.stop_requested(); ++trees) {
      booster_.update(trees - 1, *train_);
      if (trees % judge_every != 0) continue;
      const double value = judge_together();
      if (best_trees == 0 || improvement(learning_.metric, value, best) > 0) {
        best = value;
        best_trees = trees;
      }
      if (control_.report && trees >= checkpoint) {
        control_.report(best);
        checkpoint *= 2;
      }
      if (trees - best_trees >= patience) break;
    }
    require_trees();
    if (best_trees == 0) best_trees = booster_.rounds();
    return {finished(booster_.first_rounds(best_trees)), {{"n_estimators", best_trees}}};
  }

 private:
  void set_parameters() {
    booster_.set("nthread", std::to_string(learning_.threads));
    booster_.set("seed", std::to_string(settings_.seed));
    booster_.set("verbosity", "0");
    xgboost::set_library_params(booster_, params_);
    set_base_score();
  }

  std::shared_ptr<Matrix> train_matrix() const {
    const auto source = [this] { return source_of(learning_.train, price_weight()); };
    if (learning_.cache && may_be_on_disk())
      return std::make_shared<Matrix>(
          Matrix::on_disk(source(), *learning_.cache / "matrix", learning_.threads));
    return matrix_of("train", [&] {
      return params_.at("tree_method") == "hist"
                 ? Matrix::quantised(source(), max_bin(), learning_.threads)
                 : Matrix::dense(source());
    });
  }

  /// Several workers hold their bins in memory where the library wants it so: each has only a part
  /// of them.
  [[nodiscard]] bool may_be_on_disk() const {
    if (has_whole_external_memory()) return true;
    const auto is_category = [](const Feature& feature) {
      return feature.type == FeatureType::category;
    };
    const bool has_categories =
        std::any_of(features_.features().begin(), features_.features().end(), is_category);
    if (learning_.workers.size() > 1) return false;
    if (has_categories)
      throw TrainingError("xgboost",
                          "XGBoost " + to_string(xgboost::library_version()) +
                              " does not learn from categories that lie on the disk",
                          "choose the features \"derived\", or allow more --memory");
    return true;
  }

  /// Rows in the library's form; shared by all fits on them that want the same.
  template <class Make>
  std::shared_ptr<Matrix> matrix_of(const std::string& role, const Make& make) const {
    if (control_.cache == nullptr) return std::make_shared<Matrix>(make());
    const std::string name = "xgboost " + role + " " + std::string(features_.name()) + " " +
                             std::string(name_of(settings_.target)) + " " +
                             params_.at("tree_method").get<std::string>() + " " +
                             std::to_string(max_bin()) + " " + params_.at("price_weight").dump();
    return control_.cache->get<Matrix>(name, make);
  }

  [[nodiscard]] int max_bin() const { return params_.at("max_bin").get<int>(); }

  [[nodiscard]] double price_weight() const { return params_.at("price_weight").get<double>(); }

  /// The rows with weights of price^power, which are 1 at the mean price.
  xgboost::MatrixSource source_of(RowPieces pieces, double power) const {
    xgboost::MatrixSource source;
    for (const Feature& feature : features_.features())
      source.columns.push_back({std::string(feature.name), feature.type == FeatureType::category});
    source.batches = pieces.count;
    source.fill = [this, pieces = std::move(pieces), power, mean = sums_.price / sums_.rows](
                      std::size_t batch, xgboost::MatrixRows& rows) {
      pieces.visit(batch, [&](const TableView& view) {
        rows.values.resize(view.size() * features_.columns());
        rows.targets.resize(view.size());
        rows.weights.resize(power > 0 ? view.size() : 0);
        fill(view, rows.values, rows.targets);
        const NumberColumn& prices = view.table[Quantity::price];
        for (std::size_t i = 0; i < rows.weights.size(); ++i)
          rows.weights[i] = static_cast<float>(std::pow(prices[view.rows[i]] / mean, power));
      });
    };
    return source;
  }

  void fill(const TableView& view, std::span<float> values, std::span<float> targets) const {
    const NumberColumn& prices = view.table[Quantity::price];
    const NumberColumn& carats = view.table[Quantity::carat];
    const std::size_t columns = features_.columns();
    parallel_for(targets.size(), block_rows, [&](std::size_t begin, std::size_t end) {
      const auto rows = view.rows.subspan(begin, end - begin);
      features_.encode(view.table, rows, values.subspan(begin * columns, rows.size() * columns));
      for (std::size_t i = 0; i < rows.size(); ++i)
        targets[begin + i] =
            static_cast<float>(to_target(prices[rows[i]], carats[rows[i]], settings_.target));
    });
  }

  void set_base_score() {
    const Json& score = params_.at("base_score");
    if (score == "library") return;
    booster_.set("base_score",
                 score == "mean" ? Json(sums_.target / sums_.rows).dump() : score.dump());
  }

  /// The metric on the validation rows.
  double judge() const {
    const std::vector<float> fitted = booster_.predict(*validation_);
    const NumberColumn& carats = learning_.validation->table[Quantity::carat];
    std::vector<double> prices(fitted.size());
    for (std::size_t i = 0; i < fitted.size(); ++i)
      prices[i] = to_price(fitted[i], carats[learning_.validation->rows[i]], settings_.target);
    return evaluate(learning_.metric, actual_, prices);
  }

  /// The first worker's word, so that all of them stop at the same tree: on other machines the
  /// last bit may be another.
  double judge_together() const {
    std::array<double, 1> value = {learning_.workers.rank() == 0 ? judge() : 0};
    learning_.workers.sum(value);
    return value[0];
  }

  void require_trees() const {
    if (booster_.rounds() == 0)
      throw TrainingError("xgboost", "it was stopped before its first tree", "let it run longer");
  }

  std::unique_ptr<Model> finished(const Booster& booster) const {
    return xgboost::make_model(booster.to_bytes(),
                               {features_, settings_.target, learning_.mean_log_carat}, "xgboost");
  }

  const Learning& learning_;
  const FitSettings& settings_;
  const Json& params_;
  const FitControl& control_;
  FeatureSet features_;
  Sums sums_;
  std::shared_ptr<Matrix> train_;
  std::shared_ptr<Matrix> validation_;
  std::vector<double> actual_;  // prices of the validation rows, USD
  Booster booster_;
};

FittedModel boost(const Learning& learning, const FitSettings& settings,
                  const FitControl& control) {
  Boosting boosting(learning, settings, control);
  const Json& params = settings.params;
  return params.contains("n_estimators") ? boosting.fit_trees(params["n_estimators"].get<int>())
                                         : boosting.fit_until_no_better();
}

FittedModel boost(const FitRows& rows, const FitSettings& settings, const FitControl& control) {
  Alone alone;
  const unsigned threads = control.threads != 0 ? control.threads : threads_for(rows.train.size());
  return boost({pieces_of(rows.train, block_rows_of_matrix), rows.validation, rows.metric,
                mean_log_carat(rows.train), threads, alone, std::nullopt},
               settings, control);
}

class XgboostRegressor final : public Estimator {
 public:
  std::string summary() const override {
    return "gradient-boosted trees by XGBoost " + to_string(xgboost::library_version());
  }

  Json params_schema() const override { return xgboost::params_schema(); }

  void check_params(const Json& params, std::string_view place) const override {
    xgboost::check_params(params, place);
  }

  Json search_space() const override {
    return {{"learning_rate", {{"type", "float"}, {"min", 0.01}, {"max", 0.2}, {"log", true}}},
            {"max_depth", {{"type", "int"}, {"min", 4}, {"max", 11}}},
            {"min_child_weight", {{"type", "float"}, {"min", 1}, {"max", 50}, {"log", true}}},
            {"subsample", {{"type", "float"}, {"min", 0.5}, {"max", 1.0}}},
            {"colsample_bytree", {{"type", "float"}, {"min", 0.3}, {"max", 1.0}}},
            {"lambda", {{"type", "float"}, {"min", 0.001}, {"max", 30}, {"log", true}}}};
  }

  Json library_versions() const override {
    return {{"xgboost", to_string(xgboost::library_version())}};
  }

  FittedModel fit(const FitRows& rows, const FitSettings& settings,
                  const FitControl& control) const override {
    if (rows.train.size() == 0)
      throw TrainingError("xgboost", "there are no rows to learn from", "bring more data");
    const bool must_find_trees = !settings.params.contains("n_estimators");
    if (!must_find_trees || rows.validation) return boost(rows, settings, control);
    FittedModel on_most = boost_on_most(rows, settings, control);
    if (control.stop.stop_requested()) return on_most;
    FitSettings found = settings;
    found.params.update(on_most.found);
    return {boost(rows, found, control).model, on_most.found};
  }

  /// Where the number of trees is to be found, the rows that are held out judge it, and the model
  /// is not fitted once more: they are few.
  FittedModel fit_share(const RowShare& share, Metric metric, const FitSettings& settings,
                        const FitControl& control) const override {
    const bool must_find_trees = !settings.params.contains("n_estimators");
    const std::vector<std::uint32_t> sample = all_rows(share.sample());
    const std::vector<std::uint32_t> held_out = all_rows(share.held_out());
    Learning learning{
        pieces_of(share, must_find_trees ? RowShare::Rows::most : RowShare::Rows::all),
        std::nullopt,
        metric,
        mean_log_carat({share.sample(), sample}),
        control.threads != 0 ? control.threads : std::thread::hardware_concurrency(),
        share.collective(),
        share.cache()};
    if (must_find_trees) {
      if (held_out.empty())
        throw TrainingError("xgboost", "there are too few rows to find the number of trees",
                            "bring more data, or name n_estimators");
      learning.validation.emplace(TableView{share.held_out(), held_out});
    }
    return boost(learning, settings, control);
  }

  std::unique_ptr<Model> load(const std::filesystem::path& directory) const override {
    return xgboost::load_model(directory);
  }

 private:
  /// Finds the number of trees with some of the rows held out.
  static FittedModel boost_on_most(const FitRows& rows, const FitSettings& settings,
                                   const FitControl& control) {
    const Split split = shuffle_split(rows.train.size(), held_out_share, settings.seed);
    if (split.train.empty())
      throw TrainingError("xgboost", "one training row is too few to find the number of trees",
                          "bring more data, or name n_estimators");
    const std::vector<std::uint32_t> most = rows_at(rows.train, split.train);
    const std::vector<std::uint32_t> held_out = rows_at(rows.train, split.test);
    const Table& table = rows.train.table;
    FitControl quiet = control;
    quiet.cache = nullptr;  // these are other rows
    return boost({{table, most}, TableView{table, held_out}, rows.metric}, settings, quiet);
  }
};

}  // namespace

std::unique_ptr<Estimator> make_xgboost_regressor() {
  return std::make_unique<XgboostRegressor>();
}

}  // namespace diamond
