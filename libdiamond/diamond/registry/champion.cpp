#include <diamond/core/error.h>
#include <diamond/registry/champion.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace diamond {
namespace {

const Manifest* find(const std::vector<Manifest>& history, const std::string& id) {
  const auto found =
      std::find_if(history.begin(), history.end(), [&](const Manifest& m) { return m.id == id; });
  return found == history.end() ? nullptr : &*found;
}

Json to_json(const Comparison& comparison) {
  const PairedComparison& result = comparison.result;
  return {{"against", comparison.against},
          {"metric", info(comparison.metric).name},
          {"rows", comparison.rows},
          {"challenger", result.challenger},
          {"holder", result.holder},
          {"improvement", result.improvement},
          {"interval", {result.interval.low, result.interval.high}},
          {"confidence", comparison.confidence}};
}

Comparison comparison_from(const Json& json) {
  const auto metric = parse_metric(json.at("metric").get<std::string>());
  if (!metric) throw StorageError("", "unknown metric", "");
  const auto interval = json.at("interval").get<std::array<double, 2>>();
  return {json.at("against").get<std::string>(),
          *metric,
          json.at("rows").get<std::size_t>(),
          {json.at("challenger").get<double>(),
           json.at("holder").get<double>(),
           json.at("improvement").get<double>(),
           {interval[0], interval[1]}},
          json.at("confidence").get<double>()};
}

std::vector<EarlierChampion> before_from(const Json& json) {
  std::vector<EarlierChampion> before;
  for (const Json& one : json.value("earlier", Json::array())) {
    if (one.is_string())
      before.push_back({one.get<std::string>(), "", "", ""});
    else
      before.push_back({one.at("id").get<std::string>(), one.value("promoted_at", ""),
                        one.value("promoted_by", ""), one.value("reason", "")});
  }
  const Json previous = json.value("previous", Json());
  if (previous.is_null()) return before;
  // Once `earlier` began after `previous`.
  const auto id = previous.get<std::string>();
  const bool is_first = !before.empty() && json["earlier"].front().is_object();
  if (!is_first) before.insert(before.begin(), {id, "", "", ""});
  return before;
}

Champion champion_from(const Json& json) {
  Champion champion;
  champion.id = json.at("id").get<std::string>();
  champion.promoted_at = json.at("promoted_at").get<std::string>();
  champion.promoted_by = json.value("promoted_by", "");
  champion.reason = json.at("reason").get<std::string>();
  if (json.contains("comparison") && !json["comparison"].is_null())
    champion.comparison = comparison_from(json["comparison"]);
  champion.before = before_from(json);
  return champion;
}

/// "10,650".
std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string shown_difference(Metric metric, double value) {
  const bool in_usd = info(metric).unit == "USD";
  if (std::abs(value) < (in_usd ? 0.005 : 0.000005)) value = 0;  // and not "-0.00"
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), in_usd ? "%.2f" : "%.5f", value);
  return text.data();
}

/// "259.35 USD", "0.9177".
std::string with_unit(Metric metric, double value) {
  return shown_metric(metric, value) + (info(metric).unit == "USD" ? " USD" : "");
}

/// "mae 238.12 instead of 259.35 USD".
std::string both_values(Metric metric, double value, const std::string& word, double other) {
  return std::string(info(metric).name) + " " + shown_metric(metric, value) + " " + word + " " +
         with_unit(metric, other);
}

/// "10,650 test rows of data/diamonds.csv".
std::string test_rows_of(const Manifest& model) {
  return grouped(model.split.test_rows) + " test rows of " + model.dataset.path;
}

/// "better by 21.23 (95 % interval 18.90 to 23.60)". Where it is worse, the interval is that of by
/// how much.
std::string difference(const Comparison& comparison) {
  const Metric metric = comparison.metric;
  const auto [low, high] = comparison.result.interval;
  const double improvement = comparison.result.improvement;
  std::array<char, 32> percent{};
  std::snprintf(percent.data(), percent.size(), "%g %%", 100 * comparison.confidence);
  const auto with = [&](const std::string& words, double from, double to) {
    return words + " (" + percent.data() + " interval " + shown_difference(metric, from) + " to " +
           shown_difference(metric, to) + ")";
  };
  if (improvement == 0) return with("as good", low, high);
  if (improvement > 0) return with("better by " + shown_difference(metric, improvement), low, high);
  return with("worse by " + shown_difference(metric, -improvement), -high, -low);
}

/// On the same rows.
Election judge(const Comparison& comparison, const Manifest& best, const PromotionRule& rule) {
  const PairedComparison& result = comparison.result;
  const auto values = [&](const std::string& word) {
    return both_values(comparison.metric, result.challenger, word, result.holder) + " on " +
           grouped(comparison.rows) +
           " rows that neither was trained on: " + difference(comparison);
  };
  const bool is_enough = result.improvement > rule.min_improvement;
  if (is_enough && result.interval.low > 0)
    return {best.id, values("instead of") + " than " + comparison.against, comparison};
  std::string why;
  if (result.improvement > 0)
    why = is_enough ? ": that may be chance"
                    : ": more than " + shown_difference(rule.metric, rule.min_improvement) +
                          " is asked for";
  return {std::nullopt, best.id + " has " + values("against") + why, comparison};
}

/// By what the manifests say.
Election judge(const NoComparison& none, const Manifest& best, const Manifest& holder,
               const PromotionRule& rule) {
  const double value = best.metrics.at(rule.metric);
  const bool same_rows = same_test_rows(best, holder);
  const std::string rows =
      same_rows ? " on the same " + test_rows_of(best)
                : " on other rows (" + test_rows_of(best) + ", and " + test_rows_of(holder) + ")";
  const std::string why = "; no comparison on the same unseen rows: " + none.reason;
  if (!holder.metrics.contains(rule.metric))
    return {best.id,
            std::string(info(rule.metric).name) + " " + with_unit(rule.metric, value) + " on the " +
                test_rows_of(best) + ", which the champion before was not judged by" + why,
            std::nullopt};
  const double before = holder.metrics.at(rule.metric);
  if (improvement(rule.metric, value, before) > rule.min_improvement)
    return {best.id, both_values(rule.metric, value, "instead of", before) + rows + why,
            std::nullopt};
  return {std::nullopt,
          best.id + " has " + both_values(rule.metric, value, "against", before) + rows + why,
          std::nullopt};
}

}  // namespace

Json to_json(const Champion& champion) {
  const std::vector<EarlierChampion>& before = champion.before;
  Json json = {{"id", champion.id},
               {"promoted_at", champion.promoted_at},
               {"promoted_by", champion.promoted_by},
               {"reason", champion.reason},
               {"comparison", champion.comparison ? to_json(*champion.comparison) : Json()},
               {"previous", before.empty() ? Json() : Json(before.front().id)},
               {"earlier", Json::array()}};
  for (const EarlierChampion& one : before)
    json["earlier"].push_back({{"id", one.id},
                               {"promoted_at", one.promoted_at},
                               {"promoted_by", one.promoted_by},
                               {"reason", one.reason}});
  return json;
}

Champion parse_champion(std::string_view text, std::string_view place) {
  try {
    return champion_from(Json::parse(text));
  } catch (const std::exception&) {
    throw StorageError(place, "this does not say who the champion is",
                       "choose one with `diamond-train promote ID`");
  }
}

std::string standing_of(const Champion& champion) {
  return "since " + champion.promoted_at +
         (champion.promoted_by.empty() ? "" : ", by " + champion.promoted_by) + ": " +
         champion.reason;
}

const Manifest* best_by(Metric metric, const std::vector<const Manifest*>& models) {
  const Manifest* best = nullptr;
  for (const Manifest* model : models) {
    if (!model->metrics.contains(metric)) continue;
    if (best == nullptr ||
        improvement(metric, model->metrics.at(metric), best->metrics.at(metric)) > 0)
      best = model;
  }
  return best;
}

Election elect(const std::optional<Champion>& champion, const std::vector<Manifest>& history,
               const Manifest& latest, const PromotionRule& rule, const Compare& compare) {
  const Manifest* holder = champion ? find(history, champion->id) : nullptr;
  std::vector<const Manifest*> challengers;
  for (const Manifest& model : history)
    if (same_test_rows(model, latest) &&
        (holder == nullptr || model.created_at > champion->promoted_at))
      challengers.push_back(&model);
  const std::string metric(info(rule.metric).name);
  const Manifest* best = best_by(rule.metric, challengers);
  if (best == nullptr && challengers.empty()) return {std::nullopt, "no model challenges", {}};
  if (best == nullptr) return {std::nullopt, "no challenger was judged by " + metric, {}};
  if (holder == nullptr)
    return {best->id,
            "the best of " + std::to_string(challengers.size()) + " by " + metric + ": " + metric +
                " " + with_unit(rule.metric, best->metrics.at(rule.metric)) + " on the " +
                test_rows_of(*best),
            {}};
  const auto compared = compare(*best, *holder);
  if (const auto* comparison = std::get_if<Comparison>(&compared))
    return judge(*comparison, *best, rule);
  return judge(std::get<NoComparison>(compared), *best, *holder, rule);
}

}  // namespace diamond
