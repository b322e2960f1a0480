#include <diamond/core/json_text.h>
#include <diamond/data/csv_writer.h>
#include <diamond/pipeline/batch_explanation.h>
#include <diamond/trust/asked_rows.h>
#include <diamond/trust/completion.h>

#include <array>
#include <utility>
#include <variant>

namespace diamond {
namespace {

constexpr std::array<std::string_view, field_count + 2> explanation_columns = {
    "base_value",   "effect_carat", "effect_cut", "effect_color", "effect_clarity", "effect_depth",
    "effect_table", "effect_x",     "effect_y",   "effect_z",     "warnings"};

struct Explained {
  Diamond stone;
  Appraisal appraisal;
  Explanation explanation;
};

/// What is said of a row, or why nothing can be.
std::variant<Explained, std::string> explain_row(const Table& table, std::size_t row,
                                                 const BatchExplainer& explainer) {
  const auto asked = asked_stone(table, row);
  if (const auto* impossible = std::get_if<ImpossibleRow>(&asked)) return message_of(*impossible);
  const Completion completion =
      complete(std::get<PartialDiamond>(asked), explainer.appraiser.profile);
  auto appraisal =
      explainer.appraiser.appraise(completion, explainer.model.predict(completion.stone));
  if (!appraisal) return std::string(no_finite_price);
  return Explained{completion.stone, *std::move(appraisal),
                   explainer.explainer.explain(completion.stone)};
}

void append_cells(std::string& text, const Explained& explained, bool has_intervals) {
  const auto& [stone, appraisal, explanation] = explained;
  append_cell(text, appraisal.price);
  if (appraisal.interval) {
    append_cell(text, appraisal.interval->low);
    append_cell(text, appraisal.interval->high);
  } else if (has_intervals) {
    text += ",,";
  }
  const Explanation told = in_cents(explanation, appraisal.price);
  append_cell(text, told.base_value);
  for (const double effect : told.effects) append_cell(text, effect);
  text += ',';
  append_csv_field(text, in_one_line(appraisal.warnings));
}

std::string json_line(const Explained& explained, const BatchExplainer& explainer) {
  const auto& [stone, appraisal, explanation] = explained;
  return answer_text(explainer.model_text, appraisal, {}, to_json(explanation, stone, appraisal)) +
         "\n";
}

PricedPiece as_json_lines(const ParsedChunk& parsed, const BatchExplainer& explainer) {
  PricedPiece piece;
  piece.rows = parsed.records.size();
  for (std::size_t row = 0; row < piece.rows; ++row) {
    const auto said = explain_row(parsed.table, row, explainer);
    if (const auto* why = std::get_if<std::string>(&said)) {
      piece.text += text_of({{"error", *why}}) + "\n";
      piece.unpriced.note(row, *why);
    } else {
      piece.text += json_line(std::get<Explained>(said), explainer);
    }
  }
  return piece;
}

PricedPiece as_csv(std::string_view text, const ParsedChunk& parsed,
                   const BatchExplainer& explainer) {
  const bool has_intervals = explainer.appraiser.intervals.has_value();
  const std::size_t columns = price_columns(has_intervals).size() + explanation_columns.size();
  PricedPiece piece;
  piece.rows = parsed.records.size();
  for (std::size_t row = 0; row < piece.rows; ++row) {
    const RecordPlace& record = parsed.records[row];
    const auto said = explain_row(parsed.table, row, explainer);
    piece.text.append(record.text_in(text));
    if (const auto* why = std::get_if<std::string>(&said)) {
      piece.text.append(columns, ',');
      piece.unpriced.note(row, *why);
    } else {
      append_cells(piece.text, std::get<Explained>(said), has_intervals);
    }
    piece.text.append(record.line_end_in(text));
  }
  return piece;
}

}  // namespace

BatchSummary explain_csv(CsvStream& stones, const BatchExplainer& explainer, ExplanationForm form,
                         const Write& write) {
  const bool is_csv = form == ExplanationForm::csv;
  if (is_csv) {
    std::vector<std::string_view> columns =
        price_columns(explainer.appraiser.intervals.has_value());
    columns.insert(columns.end(), explanation_columns.begin(), explanation_columns.end());
    write(header_with(columns, stones));
  }
  return price_pieces(
      stones,
      [&](std::string_view text, const ParsedChunk& parsed) {
        return is_csv ? as_csv(text, parsed, explainer) : as_json_lines(parsed, explainer);
      },
      write);
}

}  // namespace diamond
