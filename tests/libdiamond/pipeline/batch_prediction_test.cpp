#include "catch.h"
#include "support/messages.h"
#include "support/trained_history.h"

#include <diamond/core/error.h>
#include <diamond/core/usd.h>
#include <diamond/pipeline/batch_prediction.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/trust/completion.h>

#include <cmath>
#include <limits>
#include <sstream>

using namespace diamond;
using namespace diamond::testing;

namespace {

constexpr const char* header = "carat,cut,color,clarity,depth,table,x,y,z";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The champion of a small history.
struct Fixture {
  TrainedHistory history;
  std::unique_ptr<const Model> model = history.model(history.champion);
  std::optional<PriceIntervals> intervals =
      load_intervals(history.registry, history.registry.manifest(history.champion));
  Lazy<TrainingProfile> profile{[this] {
    ++profiles_made;
    return TrainingProfile(table_of(history.stones));
  }};
  int profiles_made = 0;
  BatchSummary summary;

  std::string price(std::string_view text) { return price(text, *model); }

  std::string price(std::string_view text, const Model& by) {
    const auto file = history.directory.write("asked.csv", text);
    CsvStream stream(open_to_read(file), "asked.csv", CsvContent::stones);
    std::string out;
    summary =
        price_csv(stream, {by, intervals, profile}, [&](std::string_view piece) { out += piece; });
    return out;
  }

  /// The cells that are added for a stone: as the parts of the library give them.
  [[nodiscard]] std::string cells_of(const Diamond& stone) const {
    const double price = model->predict(stone);
    const PriceInterval interval = intervals.value().interval(stone, price);
    return cells(price, interval);
  }

  [[nodiscard]] static std::string cells(double price, const PriceInterval& interval) {
    std::string text;
    for (const double usd : {price, interval.low, interval.high}) {
      text += ',';
      append_usd(text, in_cents(usd));
    }
    return text;
  }
};

}  // namespace

TEST_CASE("each line is kept and followed by the price and its interval") {
  Fixture f;
  const std::string asked = csv_of(f.history.stones);
  const auto in = lines_of(asked);
  const auto out = lines_of(f.price(asked));
  REQUIRE(out.size() == in.size());
  CHECK(out[0] == in[0] + ",predicted_value,low,high");
  for (std::size_t i = 1; i < in.size(); ++i)
    CHECK(out[i] == in[i] + f.cells_of(f.history.stones[i - 1].stone));
  CHECK(f.summary.rows == f.history.stones.size());
  CHECK(f.summary.unpriced.count == 0);
  CHECK(f.profiles_made == 0);  // nothing was assumed
}

TEST_CASE("a file of many pieces is priced as small files are and in its order") {
  Fixture f;
  const auto stones = random_stones(30'000, 17);
  const auto out = lines_of(f.price(csv_of(stones)));
  REQUIRE(out.size() == stones.size() + 1);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < stones.size(); ++i) {
    std::string expected;
    append_csv_row(expected, stones[i]);
    expected.pop_back();
    wrong += out[i + 1] == expected + f.cells_of(stones[i].stone) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("what is missing is assumed as it is of a stone that is asked about by itself") {
  Fixture f;
  const auto out =
      lines_of(f.price("carat,cut,color,clarity,x\n1,Ideal,E,VS1,\n1,Ideal,E,VS1,6.4\n"));
  const TrainingProfile& profile = f.profile.get();
  PartialDiamond known;
  known.carat = 1;
  known.cut = Cut::ideal;
  known.color = Color::E;
  known.clarity = Clarity::VS1;
  for (const std::size_t row : {1U, 2U}) {
    if (row == 2) known.x = 6.4;
    const Diamond stone = complete(known, profile).stone;
    const double price = f.model->predict(stone);
    const auto interval = f.intervals.value().interval_in_part(stone, price, profile);
    REQUIRE(interval);
    CHECK(out.at(row).ends_with(Fixture::cells(price, *interval)));
  }
  CHECK(f.profiles_made == 1);
}

TEST_CASE("a row that no stone can be has empty cells and the first such line is told") {
  Fixture f;
  const std::string good = ",Ideal,E,VS1,61.5,55,5.1,5.12,3.14\n";
  const auto out =
      lines_of(f.price(std::string(header) + "\n0.5" + good + "\n" + good + "0" + good +
                       "0.5,Ideal,E,VS1,61.5,55,5.1,0,3.14\n" + "101" + good + "0.5" + good));
  REQUIRE(out.size() == 7);
  for (const std::size_t row : {2U, 3U, 4U, 5U}) CHECK(out[row].ends_with(",,,"));
  CHECK(out[6] == out[1]);
  CHECK(f.summary.rows == 6);
  CHECK(f.summary.unpriced.count == 4);
  CHECK(f.summary.unpriced.first == 4);  // the third line is blank
  CHECK(f.summary.unpriced.why == "carat is missing");
  (void)f.price(std::string(header) + "\n0.5,Ideal,E,VS1,61.5,55,5.1,0,3.14\n");
  CHECK(f.summary.unpriced.why == "y must be above 0 and at most 100, not 0");
}

TEST_CASE("a stone for which the model has no finite price has empty cells") {
  class Picky final : public Model {
   public:
    [[nodiscard]] double predict(const Diamond& stone) const override {
      return stone.carat > 1 ? std::numeric_limits<double>::infinity() : 1000;
    }
    void predict(const TableView& view, std::span<double> prices) const override {
      for (std::size_t i = 0; i < prices.size(); ++i)
        prices[i] = predict(view.table.row(view.rows[i]).stone);
    }
    void save(const std::filesystem::path& /*directory*/) const override {}
  };
  Fixture f;
  const auto out = lines_of(f.price(std::string(header) + "\n2,Ideal,E,VS1,61.5,55,8.1,8.12,5\n"
                                                          "0.5,Ideal,E,VS1,61.5,55,5.1,5.12,3.14\n",
                                    Picky()));
  CHECK(out.at(1) == "2,Ideal,E,VS1,61.5,55,8.1,8.12,5,,,");
  CHECK(out.at(2).find(",1000.00,") != std::string::npos);
  CHECK(f.summary.unpriced.first == 2);
  check_says(f.summary.unpriced.why, {"no finite price"});
}

TEST_CASE("a model without intervals adds its price only") {
  Fixture f;
  f.intervals.reset();
  const auto out = lines_of(f.price(std::string("low,") + header +
                                    "\nx,"
                                    "0.5,Ideal,E,VS1,61.5,55,5.1,5.12,3.14\n"));
  CHECK(out.at(0) == std::string("low,") + header + ",predicted_value");
}

TEST_CASE("a column that would stand twice is told before anything is written") {
  Fixture f;
  check_says(message_of<DataError>([&] { (void)f.price(std::string("high,") + header + "\n"); }),
             {"asked.csv:1: ", "'high' already"});
}

TEST_CASE("the lines of a spreadsheet end as they did") {
  Fixture f;
  const std::string out = f.price("\xef\xbb\xbf" + std::string(header) +
                                  "\r\n0.5,\"Ideal\",E,VS1,61.5,55,5.1,5.12,3.14\r\n");
  CHECK(
      out.starts_with("\xef\xbb\xbf"
                      "carat,"));
  CHECK(out.find("high\r\n0.5,\"Ideal\",E") != std::string::npos);
  CHECK(out.ends_with("\r\n"));
}

TEST_CASE("a line with a fault ends the pricing with its place") {
  Fixture f;
  check_says(message_of<DataError>([&] {
               (void)f.price(std::string(header) + "\n0.5,Idael,E,VS1,61.5,55,5.1,5.12,3.14\n");
             }),
             {"asked.csv:2: ", "'Ideal'"});
}
