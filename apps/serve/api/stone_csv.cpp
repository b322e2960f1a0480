#include "stone_csv.h"

#include "stone_fields.h"

#include <diamond/core/diamond.h>
#include <diamond/core/json.h>
#include <diamond/core/spelling.h>
#include <diamond/data/csv_chunk.h>
#include <diamond/data/csv_writer.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace diamond::serve {
namespace {

Problem unreadable(std::string detail) {
  Problem problem = Problem::of_status(400);
  problem.detail = std::move(detail);
  return problem;
}

Problem faulty(const std::string& field, const std::string& message) {
  Problem problem = Problem::of_status(422);
  problem.detail = field.empty() ? message : field + " " + message;
  problem.errors.push_back({field, message, {}});
  return problem;
}

/// What is said of a table has its fields in it, and has to be text that JSON and databases hold.
void require_text(const std::string& text) {
  const std::string valid = valid_utf8(text);
  const auto replaced = std::mismatch(text.begin(), text.end(), valid.begin(), valid.end()).first;
  const auto fault = std::min(replaced, std::find(text.begin(), text.end(), '\0'));
  if (fault == text.end()) return;
  throw ProblemError(unreadable("the body is not text in UTF-8: the fault is in line " +
                                std::to_string(1 + std::count(text.begin(), fault, '\n')) +
                                "; save the table as UTF-8"));
}

/// Takes the next record off the text; nothing where only blank lines are left.
std::optional<std::vector<std::string>> take_record(std::string_view& text, std::size_t number) {
  if (text.find_first_not_of("\r\n") == std::string_view::npos) return std::nullopt;
  HeaderLine record = take_header(text);
  if (record.fields.empty())
    throw ProblemError(unreadable("the body is not CSV: record " + std::to_string(number) +
                                  " has a quote that does not fit"));
  text = record.rest;
  return std::move(record.fields);
}

/// By column: the field that it holds.
std::vector<std::optional<Field>> read_columns(const std::vector<std::string>& header) {
  std::vector<std::optional<Field>> columns;
  for (const std::string& name : header) {
    const std::optional<Field> field = field_called(name);
    if (field && std::find(columns.begin(), columns.end(), field) != columns.end())
      throw ProblemError(faulty(name, "is the name of two columns"));
    columns.push_back(field);
  }
  for (const Field field : needed_fields)
    if (std::find(columns.begin(), columns.end(), field) == columns.end())
      throw ProblemError(faulty(std::string(name_of(field)), "is the name of no column"));
  return columns;
}

/// A number where the text is one, else the text: FieldReader says what is wrong with it.
Json value_of(Field field, const std::string& text) {
  if (!parse_quantity(name_of(field))) return text;
  if (text.empty()) return nullptr;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool is_number = error == std::errc{} && stop == end && std::isfinite(number);
  return is_number ? Json(number) : Json(text);
}

std::variant<Json, Problem> read_row(const std::vector<std::string>& fields,
                                     const std::vector<std::optional<Field>>& columns) {
  if (fields.size() != columns.size())
    return unreadable("the row has " + std::to_string(fields.size()) + " fields, and the header " +
                      std::to_string(columns.size()));
  Json stone = Json::object();
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (columns[i]) stone[std::string(name_of(*columns[i]))] = value_of(*columns[i], fields[i]);
  return stone;
}

}  // namespace

StoneCsv read_stone_csv(std::string text, std::size_t most_rows) {
  require_text(text);
  text += '\n';
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string_view rest = text;
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  StoneCsv csv;
  csv.header = take_record(rest, 1).value_or(std::vector<std::string>{});
  const std::vector<std::optional<Field>> columns = read_columns(csv.header);
  while (auto fields = take_record(rest, csv.rows.size() + 2)) {
    if (csv.rows.size() == most_rows)
      throw ProblemError(
          faulty("", "the table has more than " + std::to_string(most_rows) + " rows: split it"));
    auto stone = read_row(*fields, columns);
    csv.rows.push_back({std::move(*fields), std::move(stone)});
  }
  if (csv.rows.empty()) throw ProblemError(faulty("", "the table has no rows"));
  return csv;
}

void append_csv_line(std::string& text, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += ',';
    append_csv_field(text, fields[i]);
  }
  text += '\n';
}

}  // namespace diamond::serve
