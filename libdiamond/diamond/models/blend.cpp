#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/parallel.h>
#include <diamond/data/split.h>
#include <diamond/models/attribution.h>
#include <diamond/models/blend.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace diamond {
namespace {

constexpr int file_version = 1;
constexpr const char* file_name = "blend.json";
constexpr int selection_rounds = 100;

using Rows = std::vector<std::uint32_t>;

struct Member {
  std::string kind;
  std::unique_ptr<Model> model;
  double weight = 0;
};

std::filesystem::path member_directory(const std::filesystem::path& directory, std::size_t place) {
  return directory / ("member-" + std::to_string(place));
}

/// The members' explanations with their weights: Shapley values of a sum are sums.
class BlendExplainer final : public Explainer {
 public:
  explicit BlendExplainer(const std::vector<Member>& members) {
    for (const Member& member : members)
      parts_.emplace_back(member.weight, member.model->explainer());
  }

  Explanation explain(const Diamond& diamond) const override {
    Explanation whole;
    bool all_have_factors = true;
    for (const auto& [weight, explainer] : parts_) {
      const Explanation part = explainer->explain(diamond);
      whole.base_value += weight * part.base_value;
      for (std::size_t i = 0; i < field_count; ++i) whole.effects[i] += weight * part.effects[i];
      all_have_factors = all_have_factors && part.factors.has_value();
    }
    if (all_have_factors) whole.factors = factors_of(whole);
    return whole;
  }

 private:
  std::vector<std::pair<double, std::unique_ptr<const Explainer>>> parts_;
};

class BlendModel final : public Model {
 public:
  explicit BlendModel(std::vector<Member> members) : members_(std::move(members)) {}

  double predict(const Diamond& diamond) const override {
    double price = 0;
    for (const Member& member : members_) price += member.weight * member.model->predict(diamond);
    return price;
  }

  void predict(const TableView& view, std::span<double> prices) const override {
    std::fill(prices.begin(), prices.end(), 0.0);
    std::vector<double> part(prices.size());
    for (const Member& member : members_) {
      member.model->predict(view, part);
      for (std::size_t i = 0; i < part.size(); ++i) prices[i] += member.weight * part[i];
    }
  }

  void save(const std::filesystem::path& directory) const override {
    Json members = Json::array();
    for (std::size_t i = 0; i < members_.size(); ++i) {
      members.push_back({{"kind", members_[i].kind}, {"weight", members_[i].weight}});
      make_directory(member_directory(directory, i));
      members_[i].model->save(member_directory(directory, i));
      sync_path(member_directory(directory, i));
    }
    const Json file = {{"kind", "blend"}, {"schema_version", file_version}, {"members", members}};
    write_file(directory / file_name, file.dump(1) + "\n");
  }

  std::unique_ptr<const Explainer> explainer() const override {
    return std::make_unique<BlendExplainer>(members_);
  }

  std::vector<std::string> remarks() const override {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < members_.size(); ++i)
      for (const std::string& remark : members_[i].model->remarks())
        all.push_back("member " + std::to_string(i) + ": " + remark);
    return all;
  }

 private:
  std::vector<Member> members_;
};

/// A member as the parameters name it, its own parameters whole.
struct MemberSpec {
  const Estimator* estimator = nullptr;
  std::string kind;
  FitSettings settings;
  double share = 1;  // of the training rows
};

/// Σ weight · prediction, row by row.
std::vector<double> mix(const std::vector<std::vector<double>>& predictions,
                        const std::vector<double>& weights) {
  std::vector<double> sum(predictions.front().size());
  for (std::size_t member = 0; member < predictions.size(); ++member)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weights[member] * predictions[member][i];
  return sum;
}

/// The factor on all prices that the metric likes best. Prices that come back from a logarithm tend
/// to be a little too low: the mean of exp is above exp of the mean.
double learn_scale(const std::vector<double>& predicted, std::span<const double> actual,
                   Metric metric) {
  constexpr int steps = 15;  // of a thousandth, up and down
  double best_scale = 1;
  double best = evaluate(metric, actual, predicted);
  std::vector<double> scaled(predicted.size());
  for (int step = -steps; step <= steps; ++step) {
    const double scale = 1 + step / 1000.0;
    std::transform(predicted.begin(), predicted.end(), scaled.begin(),
                   [scale](double price) { return scale * price; });
    const double value = evaluate(metric, actual, scaled);
    if (improvement(metric, value, best) > 0) {
      best = value;
      best_scale = scale;
    }
  }
  return best_scale;
}

/// The weights, at least 0 and 1 in sum, that greedy selection finds for these predictions of the
/// same rows.
std::vector<double> learn_weights(const std::vector<std::vector<double>>& predictions,
                                  std::span<const double> actual, Metric metric) {
  std::vector<int> counts(predictions.size());
  std::vector<int> best_counts = counts;
  std::vector<double> sum(actual.size());
  std::vector<double> mean(actual.size());
  double best = 0;
  for (int round = 1; round <= selection_rounds; ++round) {
    std::size_t chosen = 0;
    double chosen_value = 0;
    for (std::size_t member = 0; member < predictions.size(); ++member) {
      for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] = (sum[i] + predictions[member][i]) / round;
      const double value = evaluate(metric, actual, mean);
      if (member == 0 || improvement(metric, value, chosen_value) > 0) {
        chosen = member;
        chosen_value = value;
      }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += predictions[chosen][i];
    ++counts[chosen];
    if (round == 1 || improvement(metric, chosen_value, best) > 0) {
      best = chosen_value;
      best_counts = counts;
    }
  }
  int total = 0;
  for (const int count : best_counts) total += count;
  std::vector<double> weights(best_counts.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<double>(best_counts[i]) / total;
  return weights;
}

/// The members' weights: those that the metric likes best on the validation rows.
void weigh(std::vector<Member>& members, const TableView& validation, Metric metric) {
  std::vector<double> actual(validation.size());
  validation.table[Quantity::price].gather(validation.rows, actual);
  std::vector<std::vector<double>> predictions;
  for (const Member& member : members) {
    predictions.emplace_back(validation.size());
    member.model->predict(validation, predictions.back());
  }
  const std::vector<double> weights = learn_weights(predictions, actual, metric);
  const double scale = learn_scale(mix(predictions, weights), actual, metric);
  for (std::size_t i = 0; i < members.size(); ++i) members[i].weight = scale * weights[i];
}

/// Fits the members and learns their weights.
class Blending {
 public:
  Blending(std::vector<MemberSpec> specs, const FitRows& rows, const FitControl& control)
      : specs_(std::move(specs)), rows_(rows), control_(control) {}

  /// Members fitted to the training rows, weights learned on the validation rows.
  std::vector<Member> fit_and_weigh() {
    std::vector<Member> members = fit_all(rows_);
    weigh(members, *rows_.validation, rows_.metric);
    return members;
  }

  /// The same members fitted to other rows, with what they found the first time.
  std::vector<Member> refit(const std::vector<Member>& weighed, const FitRows& all) {
    std::vector<MemberSpec> kept;
    std::vector<double> weights;
    for (std::size_t i = 0; i < weighed.size(); ++i) {
      if (weighed[i].weight == 0) continue;
      kept.push_back(specs_[i]);
      weights.push_back(weighed[i].weight);
    }
    std::vector<Member> members = Blending(std::move(kept), all, control_).fit_all(all);
    for (std::size_t i = 0; i < members.size(); ++i) members[i].weight = weights[i];
    return members;
  }

  [[nodiscard]] const std::vector<MemberSpec>& specs() const { return specs_; }

 private:
  /// Side by side, each with one thread: what a member learns does not depend on the machine.
  std::vector<Member> fit_all(const FitRows& rows) {
    std::vector<Member> members(specs_.size());
    parallel_for(specs_.size(), 1, [&](std::size_t i, std::size_t /*last*/) {
      members[i] = {specs_[i].kind, fit(specs_[i], rows), 0};
    });
    return members;
  }

  /// What the fit finds by itself is put into the member's settings.
  std::unique_ptr<Model> fit(MemberSpec& spec, const FitRows& rows) const {
    const FitControl control{control_.stop, 1, {}, spec.share < 1 ? nullptr : control_.cache};
    const Rows train = some_of(rows.train, spec);
    FittedModel fitted = spec.estimator->fit(
        {{rows.train.table, train}, rows.validation, rows.metric}, spec.settings, control);
    spec.settings.params.update(fitted.found);
    return std::move(fitted.model);
  }

  /// The member's share of the rows.
  static Rows some_of(const TableView& train, const MemberSpec& spec) {
    if (spec.share == 1) return {train.rows.begin(), train.rows.end()};
    const Split part = shuffle_split(train.size(), 1 - spec.share, spec.settings.seed);
    return rows_at(train, part.train);
  }

  std::vector<MemberSpec> specs_;
  const FitRows& rows_;
  const FitControl& control_;
};

class Blend final : public Estimator {
 public:
  explicit Blend(EstimatorCatalog kinds) : kinds_(std::move(kinds)) {}

  std::string summary() const override {
    return "several models whose prices are averaged with weights learned on held-out rows";
  }

  Json params_schema() const override {
    Json kinds = Json::array();
    for (const std::string_view kind : kinds_.kinds()) kinds.push_back(kind);
    const Json member = {
        {"type", "object"},
        {"additionalProperties", false},
        {"required", {"kind"}},
        {"properties",
         {{"kind", {{"enum", kinds}}},
          {"params", {{"type", "object"}}},
          {"target", {{"enum", target_names}}},
          {"seed", {{"type", "integer"}, {"minimum", 0}, {"maximum", 4'294'967'295}}},
          {"rows", {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}}}}}};
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"members",
               {{"description",
                 "the models: {kind, params?, target? (that of the blend), seed? (that of the "
                 "training), rows? (share of the training rows that it learns from)}"},
                {"type", "array"},
                {"minItems", 1},
                {"items", member},
                {"default",
                 {{{"kind", "xgboost"}, {"target", "log"}},
                  {{"kind", "xgboost"}, {"target", "sqrt"}},
                  {{"kind", "linear"}, {"target", "log"}}}}}},
              {"validation_share",
               {{"description", "share of the training rows that the weights are learned on"},
                {"type", "number"},
                {"exclusiveMinimum", 0},
                {"maximum", 0.5},
                {"default", 0.1}}}}}};
  }

  void check_params(const Json& params, std::string_view place) const override {
    Estimator::check_params(params, place);
    const Json members = params.value("members", Json::array());
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::string here = std::string(place) + "/members/" + std::to_string(i);
      kinds_.at(members[i]["kind"].get<std::string>(), here + "/kind")
          .check_params(members[i].value("params", Json::object()), here + "/params");
    }
  }

  Json library_versions() const override {
    Json versions = Json::object();
    for (const std::string_view kind : kinds_.kinds())
      versions.update(kinds_.at(kind, "").library_versions());
    return versions;
  }

  FittedModel fit(const FitRows& rows, const FitSettings& settings,
                  const FitControl& control) const override {
    if (rows.train.size() == 0)
      throw TrainingError("blend", "there are no rows to learn from", "bring more data");
    if (rows.validation) {
      Blending blending(member_specs(settings), rows, control);
      FittedModel fitted;
      fitted.model = model_of(blending.fit_and_weigh());
      fitted.found = found_by(blending.specs(), settings);
      return fitted;
    }
    return fit_holding_out(rows, settings, control);
  }

  /// The members one after the other, each with all workers; the weights are learned on the rows
  /// that are held out, and no member is fitted once more. `rows` and `validation_share` do not
  /// count here.
  FittedModel fit_share(const RowShare& share, Metric metric, const FitSettings& settings,
                        const FitControl& control) const override {
    const std::vector<std::uint32_t> held_out = all_rows(share.held_out());
    if (held_out.empty())
      throw TrainingError("blend", "there are too few rows to hold some out", "bring more data");
    FitControl quiet = control;
    quiet.report = {};
    std::vector<MemberSpec> specs = member_specs(settings);
    std::vector<Member> members;
    for (MemberSpec& spec : specs) {
      FittedModel fitted = spec.estimator->fit_share(share, metric, spec.settings, quiet);
      spec.settings.params.update(fitted.found);
      members.push_back({spec.kind, std::move(fitted.model), 0});
    }
    weigh(members, {share.held_out(), held_out}, metric);
    FittedModel fitted;
    fitted.model = model_of(std::move(members));
    fitted.found = found_by(specs, settings);
    return fitted;
  }

  std::unique_ptr<Model> load(const std::filesystem::path& directory) const override {
    const std::filesystem::path file = directory / file_name;
    const Json json = Json::parse(read_file(file), nullptr, false);
    const auto broken = [&] {
      return StorageError(file.string(),
                          "this is not a whole blend of version " + std::to_string(file_version),
                          "train the model again");
    };
    std::vector<Member> members;
    try {
      if (json.at("kind") != "blend" || json.at("schema_version") != file_version) throw broken();
      for (const Json& member : json.at("members"))
        members.push_back(
            {member.at("kind").get<std::string>(), nullptr, member.at("weight").get<double>()});
    } catch (const Json::exception&) {
      throw broken();
    }
    for (std::size_t i = 0; i < members.size(); ++i)
      members[i].model =
          kinds_.at(members[i].kind, file.string()).load(member_directory(directory, i));
    return std::make_unique<BlendModel>(std::move(members));
  }

 private:
  FittedModel fit_holding_out(const FitRows& rows, const FitSettings& settings,
                              const FitControl& control) const {
    const double share = settings.params.at("validation_share").get<double>();
    const Split split = shuffle_split(rows.train.size(), share, settings.seed);
    if (split.train.empty())
      throw TrainingError("blend", "one training row is too few to hold some out",
                          "bring more data");
    const Rows most = rows_at(rows.train, split.train);
    const Rows held_out = rows_at(rows.train, split.test);
    const Table& table = rows.train.table;
    const FitRows parts{{table, most}, TableView{table, held_out}, rows.metric};
    FitControl quiet = control;
    quiet.cache = nullptr;  // these are other rows
    Blending blending(member_specs(settings), parts, quiet);
    std::vector<Member> members = blending.fit_and_weigh();
    if (!control.stop.stop_requested()) members = blending.refit(members, rows);
    FittedModel fitted;
    fitted.model = model_of(std::move(members));
    fitted.found = found_by(blending.specs(), settings);
    return fitted;
  }

  static std::unique_ptr<Model> model_of(std::vector<Member> members) {
    std::erase_if(members, [](const Member& member) { return member.weight == 0; });
    return std::make_unique<BlendModel>(std::move(members));
  }

  [[nodiscard]] std::vector<MemberSpec> member_specs(const FitSettings& settings) const {
    std::vector<MemberSpec> specs;
    for (const Json& member : settings.params.at("members")) {
      MemberSpec spec;
      spec.kind = member.at("kind").get<std::string>();
      spec.estimator = &kinds_.at(spec.kind, "blend");
      spec.settings = {
          with_defaults(member.value("params", Json::object()), spec.estimator->params_schema()),
          settings.target, member.value("seed", settings.seed)};
      if (member.contains("target"))
        spec.settings.target = parse_target(member["target"].get<std::string>()).value();
      spec.share = member.value("rows", 1.0);
      specs.push_back(std::move(spec));
    }
    return specs;
  }

  /// The members with what their fits found.
  static Json found_by(const std::vector<MemberSpec>& specs, const FitSettings& settings) {
    Json members = settings.params.at("members");
    for (std::size_t i = 0; i < members.size(); ++i)
      members[i]["params"] = specs[i].settings.params;
    return {{"members", members}};
  }

  EstimatorCatalog kinds_;
};

}  // namespace

std::unique_ptr<Estimator> make_blend(EstimatorCatalog kinds) {
  return std::make_unique<Blend>(std::move(kinds));
}

}  // namespace diamond
