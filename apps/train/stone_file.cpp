#include "stone_file.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/spelling.h>

#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

namespace diamond::train {
namespace {

CsvStream open_stream(const std::string& data) {
  if (data == standard_stream) return {standard_input(), "stdin", CsvContent::stones};
  check_is_there(data);
  return {open_to_read(data), data, CsvContent::stones};
}

/// The names of measures that no column holds: one whose column is misspelt is among them.
std::vector<std::string_view> assumed_columns(const CsvLayout& layout) {
  std::vector<std::string_view> names;
  for (const Quantity quantity : layout.absent)
    if (quantity != Quantity::price) names.push_back(info(quantity).name);
  return names;
}

}  // namespace

void check_is_there(const std::string& data) {
  std::error_code code;
  if (!std::filesystem::exists(data, code))
    throw UsageError(printable(data), "No such file or directory", "name a CSV file with --data");
}

CsvStream open_stones(const std::string& data, Log& log) {
  CsvStream stones = open_stream(data);
  if (const auto assumed = assumed_columns(stones.layout()); !assumed.empty())
    log.warning("of every stone " + join(assumed) + " will be assumed: the file has no such column",
                {{"file", valid_utf8(stones.shown_as())}});
  return stones;
}

void tell_unpriced(const BatchSummary& summary, const CsvStream& stones, Log& log) {
  const Unpriced& unpriced = summary.unpriced;
  if (unpriced.count == 0) return;
  log.warning(std::to_string(unpriced.count) + " of " + std::to_string(summary.rows) +
              " rows have no price; the first is " + stones.place_of(unpriced.first) + ": " +
              unpriced.why);
}

Write to_standard_output() {
  const auto out = std::make_shared<const FileHandle>(standard_output());
  return [out](std::string_view text) { write_all(*out, text, "stdout"); };
}

}  // namespace diamond::train
