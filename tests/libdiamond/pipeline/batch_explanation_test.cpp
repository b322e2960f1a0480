#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/pipeline/batch_explanation.h>
#include <diamond/pipeline/stored_model.h>

#include <cmath>
#include <cstdlib>
#include <sstream>

using namespace diamond;
using namespace diamond::testing;

namespace {

std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

/// The champion of a small history.
struct Fixture {
  TrainedHistory history;
  std::unique_ptr<const Model> model = history.model(history.champion);
  std::unique_ptr<const Explainer> explainer = model->explainer();
  std::optional<PriceIntervals> intervals =
      load_intervals(history.registry, history.registry.manifest(history.champion));
  std::shared_ptr<const Table> stones = std::make_shared<const Table>(table_of(history.stones));
  TrainingProfile profile{*stones};
  NeighbourIndex neighbours{stones};
  Appraiser appraiser{intervals, profile, neighbours};
  BatchSummary summary;

  std::string explain(const std::string& text, ExplanationForm form) {
    const auto file = history.directory.write("asked.csv", text);
    CsvStream stream(open_to_read(file), "asked.csv", CsvContent::stones);
    std::string out;
    summary = explain_csv(stream, {*model, *explainer, appraiser, model_text("id", "linear")}, form,
                          [&](std::string_view piece) { out += piece; });
    return out;
  }

  [[nodiscard]] Appraisal appraisal_of(const Diamond& stone) const {
    return appraiser.appraise({stone, {}}, model->predict(stone)).value();
  }
};

}  // namespace

TEST_CASE("an explanation to the cent adds up to the price though each effect is rounded") {
  Explanation explanation{100.004, {0.004, 0.004, 0.004, 0.004, -0.004, 1, 2, 3, 4}, {}};
  const Explanation told = in_cents(explanation, 110.02);
  double sum = told.base_value;
  for (const double effect : told.effects) sum += effect;
  CHECK(told.base_value == 100);
  CHECK(std::abs(sum - 110.02) < 1e-9);
  for (std::size_t i = 0; i < field_count; ++i)
    CHECK(std::abs(told.effects[i] - explanation.effects[i]) < 0.0151);
}

TEST_CASE("each line is followed by its price and by effects that add up to it") {
  Fixture f;
  const auto lines = parts_of(f.explain(csv_of(f.history.stones), ExplanationForm::csv), '\n');
  const auto asked = parts_of(csv_of(f.history.stones), '\n');
  REQUIRE(lines.size() == asked.size());
  CHECK(lines[0] == asked[0] +
                        ",predicted_value,low,high,base_value,effect_carat,effect_cut,effect_color,"
                        "effect_clarity,effect_depth,effect_table,effect_x,effect_y,effect_z,"
                        "warnings");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    REQUIRE(lines[i].starts_with(asked[i] + ","));
    const auto cells = parts_of(lines[i].substr(asked[i].size() + 1), ',');
    double sum = 0;
    for (std::size_t cell = 3; cell < 13; ++cell)
      sum += std::strtod(cells.at(cell).c_str(), nullptr);
    CHECK(std::abs(sum - std::strtod(cells[0].c_str(), nullptr)) < 1e-6);
    const Appraisal expected = f.appraisal_of(f.history.stones[i - 1].stone);
    CHECK(std::strtod(cells[0].c_str(), nullptr) == expected.price);
    CHECK(std::strtod(cells[2].c_str(), nullptr) == expected.interval.value().high);
  }
}

TEST_CASE("a line of JSON is the answer that is given about the stone by itself") {
  Fixture f;
  const auto lines =
      parts_of(f.explain(csv_of(f.history.stones), ExplanationForm::json_lines), '\n');
  REQUIRE(lines.size() == f.history.stones.size());
  for (const std::size_t i : {0U, 7U, 299U}) {
    const Diamond& stone = f.history.stones[i].stone;
    const Appraisal appraisal = f.appraisal_of(stone);
    CHECK(lines[i] == answer_text(R"({"id":"id","kind":"linear"})", appraisal, {},
                                  to_json(f.explainer->explain(stone), stone, appraisal)));
  }
}

TEST_CASE("a row without a price says why or has empty cells") {
  Fixture f;
  const std::string text = "carat,cut,color,clarity\n0.5,Ideal,E,VS1\n,Ideal,E,VS1\n";
  const auto lines = parts_of(f.explain(text, ExplanationForm::json_lines), '\n');
  CHECK(lines.at(1) == R"({"error":"carat is missing"})");
  CHECK(Json::parse(lines.at(0))["warnings"].size() >= 5);  // what was assumed
  CHECK(f.summary.unpriced.count == 1);
  CHECK(f.summary.unpriced.first == 3);
  CHECK(parts_of(f.explain(text, ExplanationForm::csv), '\n').at(2) ==
        ",Ideal,E,VS1" + std::string(14, ','));
}

TEST_CASE("a column that would stand twice is told") {
  Fixture f;
  check_says(message_of<DataError>([&] {
               (void)f.explain("carat,cut,color,clarity,effect_x\n", ExplanationForm::csv);
             }),
             {"asked.csv:1: ", "'effect_x' already"});
}
