#include <diamond/core/error.h>
#include <diamond/core/usd.h>
#include <diamond/data/csv_writer.h>
#include <diamond/pipeline/batch_prediction.h>
#include <diamond/trust/asked_rows.h>
#include <diamond/trust/completion.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <variant>

namespace diamond {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

bool is_whole(const PartialDiamond& stone) {
  return std::all_of(optional_quantities.begin(), optional_quantities.end(),
                     [&](Quantity quantity) { return value_of(stone, quantity).has_value(); });
}

/// The rows of a table, sorted by what is known of them.
class Sorted {
 public:
  Sorted(const Table& table, const Lazy<TrainingProfile>& profile) : profile_(profile) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto stone = asked_stone(table, row);
      if (const auto* impossible = std::get_if<ImpossibleRow>(&stone))
        note_unpriced(row, message_of(*impossible));
      else
        put(static_cast<std::uint32_t>(row), std::get<PartialDiamond>(stone));
    }
  }
  void note_unpriced(std::size_t row, const std::string& why) {
    if (unpriced.count == 0 || row < unpriced.first) {
      unpriced.first = row;
      unpriced.why = why;
    }
    ++unpriced.count;
  }

  std::vector<std::uint32_t> whole;  // rows of which all is known
  std::vector<std::uint32_t> part;   // rows of which something is assumed
  Table completed;                   // these, with what is assumed
  Unpriced unpriced;

 private:
  void put(std::uint32_t row, const PartialDiamond& stone) {
    if (is_whole(stone)) return whole.push_back(row);
    part.push_back(row);
    completed.push({complete(stone, profile_.get()).stone, none});
  }

  const Lazy<TrainingProfile>& profile_;
};

}  // namespace

RowPrices BatchPricer::price(const Table& table) const {
  Sorted rows(table, profile);
  RowPrices found;
  found.prices.assign(table.rows(), none);
  if (intervals) found.intervals.assign(table.rows(), {none, none});

  const auto put = [&](std::uint32_t row, double price, auto interval_of) {
    if (!std::isfinite(in_cents(price)))
      return rows.note_unpriced(row, "the model has no finite price for this stone");
    found.prices[row] = in_cents(price);
    if (!intervals) return;
    if (const std::optional<PriceInterval> interval = interval_of(price))
      found.intervals[row] = {in_cents(interval->low), in_cents(interval->high)};
  };
  std::vector<double> prices(rows.whole.size());
  model.predict({table, rows.whole}, prices);
  for (std::size_t i = 0; i < prices.size(); ++i)
    put(rows.whole[i], prices[i], [&](double price) -> std::optional<PriceInterval> {
      return intervals->interval(table.row(rows.whole[i]).stone, price);
    });

  prices.resize(rows.part.size());
  model.predict({rows.completed, all_rows(rows.completed)}, prices);
  for (std::size_t i = 0; i < prices.size(); ++i)
    put(rows.part[i], prices[i], [&](double price) {
      return intervals->interval_in_part(rows.completed.row(i).stone, price, profile.get());
    });
  found.unpriced = std::move(rows.unpriced);
  return found;
}

namespace {

std::vector<std::string_view> new_columns(const BatchPricer& pricer) {
  if (pricer.intervals) return {"predicted_value", "low", "high"};
  return {"predicted_value"};
}

std::string header_with(const std::vector<std::string_view>& columns, const CsvStream& stones) {
  const std::vector<std::string>& names = stones.layout().names;
  std::string header = stones.head();
  for (const std::string_view column : columns) {
    if (std::find(names.begin(), names.end(), column) != names.end())
      throw DataError(stones.place_of(stones.first_line() - 1),
                      "the file has a column '" + std::string(column) + "' already",
                      "rename it, or take it out");
    header.append(",").append(column);
  }
  return header.append(stones.line_end());
}

void append_cell(std::string& text, double usd) {
  text += ',';
  if (!std::isnan(usd)) append_usd(text, usd);
}

/// A piece of the output.
struct PricedPiece {
  std::string text;
  std::size_t rows = 0;
  Unpriced unpriced;  // `first`: lines behind that in which the piece begins
};

PricedPiece price_piece(std::string_view text, const ParsedChunk& parsed,
                        const BatchPricer& pricer) {
  constexpr std::size_t usual_cells = 32;  // bytes
  RowPrices prices = pricer.price(parsed.table);
  PricedPiece priced;
  priced.rows = parsed.records.size();
  priced.text.reserve(text.size() + priced.rows * usual_cells);
  for (std::size_t row = 0; row < priced.rows; ++row) {
    const RecordPlace& record = parsed.records[row];
    priced.text.append(record.text_in(text));
    append_cell(priced.text, prices.prices[row]);
    if (!prices.intervals.empty()) {
      append_cell(priced.text, prices.intervals[row].low);
      append_cell(priced.text, prices.intervals[row].high);
    }
    priced.text.append(record.line_end_in(text));
  }
  priced.unpriced = std::move(prices.unpriced);
  if (priced.unpriced.count > 0)
    priced.unpriced.first = parsed.records[priced.unpriced.first].line_in(text);
  return priced;
}

}  // namespace

BatchSummary price_csv(CsvStream& stones, const BatchPricer& pricer,
                       const std::function<void(std::string_view)>& write) {
  write(header_with(new_columns(pricer), stones));
  BatchSummary summary;
  read_pieces(
      stones,
      [&](std::string_view text, const ParsedChunk& parsed) {
        return price_piece(text, parsed, pricer);
      },
      [&](PricedPiece&& piece, std::size_t line) {
        write(piece.text);
        summary.rows += piece.rows;
        if (summary.unpriced.count == 0 && piece.unpriced.count > 0) {
          summary.unpriced.first = line + piece.unpriced.first;
          summary.unpriced.why = std::move(piece.unpriced.why);
        }
        summary.unpriced.count += piece.unpriced.count;
      });
  return summary;
}

}  // namespace diamond
