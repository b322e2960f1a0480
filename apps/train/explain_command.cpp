#include "chosen_model.h"
#include "commands.h"
#include "explanation_table.h"
#include "stone_file.h"

#include <diamond/core/error.h>
#include <diamond/pipeline/batch_explanation.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/trust/stone_fields.h>

#include <CLI/CLI.hpp>

#include <iostream>

namespace diamond::train {
namespace {

constexpr const char* example =
    R"(write it like {"carat": 1, "cut": "Ideal", "color": "E", "clarity": "VS1"})";

struct AskedStone {
  PartialDiamond stone;
  std::vector<UnknownField> unknown_fields;
};

/// Throws UsageError with all that is wrong.
AskedStone read_stone(const std::string& text) {
  const Json object = parse_json(text, "STONE");
  if (!object.is_object()) throw UsageError("STONE", "this is no JSON object", example);
  JsonFields fields(object);
  const PartialDiamond stone = read_stone_fields(fields);
  if (!fields.faults().empty()) throw UsageError("STONE", fields.summary(), example);
  return {stone, fields.unknown_fields()};
}

/// A model with its data, as far as explanations need them.
struct Explaining {
  Explaining(const std::string& text, const ModelRegistry& registry, const Context& context)
      : chosen(choose_model(text, registry, context)),
        explainer(chosen.model->explainer()),
        stones(std::make_shared<const Table>(load_stones(registry, chosen.manifest))),
        profile(*stones),
        neighbours(stones) {}

  [[nodiscard]] std::string text() const {
    return model_text(chosen.manifest.id, chosen.manifest.kind);
  }

  ChosenModel chosen;
  std::unique_ptr<const Explainer> explainer;
  std::shared_ptr<const Table> stones;
  TrainingProfile profile;
  NeighbourIndex neighbours;
  Appraiser appraiser{chosen.intervals, profile, neighbours};
};

void explain_one(const AskedStone& asked, const Explaining& explaining, Output output) {
  const Completion completion = complete(asked.stone, explaining.profile);
  const Diamond& stone = completion.stone;
  const auto appraisal =
      explaining.appraiser.appraise(completion, explaining.chosen.model->predict(stone));
  if (!appraisal)
    throw DataError("STONE", std::string(no_finite_price),
                    "it is unlike all that the model has learned from: ask another model");
  const Explanation explanation = explaining.explainer->explain(stone);
  if (output == Output::json) {
    std::cout << answer_text(explaining.text(), *appraisal, asked.unknown_fields,
                             to_json(explanation, stone, *appraisal))
              << '\n';
    return;
  }
  print_explanation(std::cout, stone, *appraisal, explanation, explaining.chosen.manifest.id);
  for (const UnknownField& unknown : asked.unknown_fields)
    std::cout << "\n" << unknown.field << ' ' << unknown.message << '\n';
}

class ExplainCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "explain"; }
  [[nodiscard]] std::string summary() const override {
    return "say why a stone, or each of a file, has its price";
  }

  void add_options(CLI::App& app) override {
    app.add_option("--model", model_, model_help);
    app.add_option("STONE", stone_,
                   R"(as JSON: '{"carat": 1, "cut": "Ideal", "color": "E", "clarity": "VS1"}')");
    app.add_option("--data", data_,
                   "instead: CSV file of stones; -: standard input. Its lines come back with "
                   "further columns, with --json as a line of JSON each");
  }

  void run(const Context& context) const override {
    if (stone_.empty() == data_.empty())
      throw UsageError("explain", "name a stone, or a file of stones with --data", example);
    const std::optional<AskedStone> asked =
        data_.empty() ? std::optional(read_stone(stone_)) : std::nullopt;
    const ModelRegistry registry(models_directory(context.options));
    const Explaining explaining(model_, registry, context);
    if (asked) return explain_one(*asked, explaining, context.options.output);
    CsvStream stones = open_stones(data_, context.log);
    const BatchExplainer explainer{*explaining.chosen.model, *explaining.explainer,
                                   explaining.appraiser, explaining.text()};
    const ExplanationForm form =
        context.options.output == Output::json ? ExplanationForm::json_lines : ExplanationForm::csv;
    tell_unpriced(explain_csv(stones, explainer, form, to_standard_output()), stones, context.log);
  }

 private:
  std::string model_ = "champion";
  std::string stone_;
  std::string data_;
};

}  // namespace

std::unique_ptr<Command> explain_command() {
  return std::make_unique<ExplainCommand>();
}

}  // namespace diamond::train
