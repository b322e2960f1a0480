#include <diamond/core/huge_pages.h>
#include <diamond/core/parallel.h>
#include <diamond/core/table.h>

#include <cstring>
#include <numeric>

namespace diamond {
namespace {

template <class Grade>
void filter_grades(std::vector<Grade>& grades, std::span<const std::uint8_t> keep) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < grades.size(); ++i)
    if (keep[i] != 0) grades[kept++] = grades[i];
  grades.resize(kept);
}

template <class Grade>
std::vector<Grade> grades_between(const std::vector<Grade>& grades, std::size_t first,
                                  std::size_t last) {
  return {grades.data() + first, grades.data() + last};
}

template <class Grade>
void append_grades(std::vector<Grade>& to, const std::vector<Grade>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

template <class Grade>
void append_grade_bytes(std::string& bytes, const std::vector<Grade>& grades) {
  bytes.append(reinterpret_cast<const char*>(grades.data()), grades.size());
}

template <class Grade>
void take_grades(std::string_view& bytes, std::size_t rows, std::vector<Grade>& grades) {
  grades.resize(rows);
  std::memcpy(grades.data(), bytes.data(), rows);
  bytes.remove_prefix(rows);
}

}  // namespace

PricedDiamond Table::row(std::size_t row) const {
  PricedDiamond diamond;
  diamond.stone.cut = cut[row];
  diamond.stone.color = color[row];
  diamond.stone.clarity = clarity[row];
  for (const Quantity quantity : stone_quantities)
    value_of(diamond.stone, quantity) = (*this)[quantity][row];
  diamond.price = (*this)[Quantity::price][row];
  return diamond;
}

void Table::reserve(std::size_t rows) {
  reserve_to_fill(cut, rows);
  reserve_to_fill(color, rows);
  reserve_to_fill(clarity, rows);
  for (NumberColumn& column : numbers) column.reserve(rows);
}

void Table::push(const PricedDiamond& diamond) {
  cut.push_back(diamond.stone.cut);
  color.push_back(diamond.stone.color);
  clarity.push_back(diamond.stone.clarity);
  for (const Quantity quantity : stone_quantities)
    (*this)[quantity].push(value_of(diamond.stone, quantity));
  (*this)[Quantity::price].push(diamond.price);
}

void Table::append(const Table& other) {
  append_grades(cut, other.cut);
  append_grades(color, other.color);
  append_grades(clarity, other.clarity);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i].append(other.numbers[i]);
}

Table Table::piece(std::size_t first, std::size_t last) const {
  Table piece;
  piece.cut = grades_between(cut, first, last);
  piece.color = grades_between(color, first, last);
  piece.clarity = grades_between(clarity, first, last);
  for (std::size_t i = 0; i < numbers.size(); ++i) piece.numbers[i] = numbers[i].piece(first, last);
  return piece;
}

void Table::filter(std::span<const std::uint8_t> keep) {
  filter_grades(cut, keep);
  filter_grades(color, keep);
  filter_grades(clarity, keep);
  parallel_for(numbers.size(), 1,
               [&](std::size_t first, std::size_t /*last*/) { numbers[first].filter(keep); });
}

std::vector<std::uint32_t> rows_at(const TableView& view, std::span<const std::uint32_t> places) {
  std::vector<std::uint32_t> rows(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) rows[i] = view.rows[places[i]];
  return rows;
}

void append_bytes(std::string& bytes, const Table& table) {
  const std::uint64_t rows = table.rows();
  bytes.append(reinterpret_cast<const char*>(&rows), sizeof rows);
  append_grade_bytes(bytes, table.cut);
  append_grade_bytes(bytes, table.color);
  append_grade_bytes(bytes, table.clarity);
  for (const NumberColumn& column : table.numbers) column.append_bytes(bytes);
}

Table table_from_bytes(std::string_view bytes) {
  std::uint64_t rows = 0;
  std::memcpy(&rows, bytes.data(), sizeof rows);
  bytes.remove_prefix(sizeof rows);
  Table table;
  take_grades(bytes, rows, table.cut);
  take_grades(bytes, rows, table.color);
  take_grades(bytes, rows, table.clarity);
  for (NumberColumn& column : table.numbers) column = NumberColumn::take_bytes(bytes, rows);
  return table;
}

std::vector<std::uint32_t> all_rows(const Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

}  // namespace diamond
