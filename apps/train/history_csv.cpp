#include "history_csv.h"

#include <diamond/data/csv_writer.h>

#include <cmath>

namespace diamond::train {
namespace {

constexpr double largest_count = 1e15;

void append_value(std::string& csv, const CellValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) append_csv_field(csv, *text);
  if (const auto* number = std::get_if<double>(&value)) {
    const bool is_count = *number == std::floor(*number) && std::abs(*number) < largest_count;
    if (is_count)
      csv += std::to_string(static_cast<long long>(*number));  // and not 1e+05
    else
      append_number(csv, *number);
  }
}

}  // namespace

std::string history_csv(const std::vector<HistoryEntry>& entries) {
  constexpr std::string_view line_end = "\r\n";
  std::string csv;
  for (const HistoryColumn& column : history_columns())
    csv.append(csv.empty() ? "" : ",").append(column.name);
  csv += line_end;
  for (const HistoryEntry& entry : entries) {
    for (const HistoryColumn& column : history_columns()) {
      if (&column != &history_columns().front()) csv += ',';
      append_value(csv, column.value(entry));
    }
    csv += line_end;
  }
  return csv;
}

}  // namespace diamond::train
