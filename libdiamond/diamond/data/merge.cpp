#include <diamond/data/merge.h>
#include <diamond/data/split.h>

#include <bit>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace diamond {
namespace {

/// NaN equals NaN here: two rows that lack the same number are duplicates.
bool same_row(const Table& table, std::uint32_t a, std::uint32_t b) {
  if (table.cut[a] != table.cut[b] || table.color[a] != table.color[b] ||
      table.clarity[a] != table.clarity[b])
    return false;
  for (const NumberColumn& column : table.numbers)
    if (std::bit_cast<std::uint64_t>(column[a] + 0.0) !=
        std::bit_cast<std::uint64_t>(column[b] + 0.0))
      return false;
  return true;
}

}  // namespace

std::size_t drop_duplicates(Table& table) {
  const auto hash = [&table](std::uint32_t row) { return row_hash(table, row); };
  const auto equal = [&table](std::uint32_t a, std::uint32_t b) { return same_row(table, a, b); };
  std::unordered_set<std::uint32_t, decltype(hash), decltype(equal)> seen(table.rows(), hash,
                                                                          equal);
  std::vector<std::uint8_t> keep(table.rows());
  for (std::uint32_t row = 0; row < table.rows(); ++row)
    keep[row] = seen.insert(row).second ? 1 : 0;
  const std::size_t dropped = table.rows() - seen.size();
  if (dropped > 0) table.filter(keep);
  return dropped;
}

}  // namespace diamond
