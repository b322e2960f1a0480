// Measures what it costs to look at a stone before its price is believed, and what has to be
// learned before. Prints one JSON object: medians of ROUNDS rounds. Called by bench/trust.
//
//   trust DATA ROUNDS
#include <diamond/core/json.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/metrics/quantile.h>
#include <diamond/trust/neighbour_index.h>
#include <diamond/trust/plausibility.h>
#include <diamond/trust/price_interval.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace diamond;

constexpr std::size_t asked = 10'000;  // stones of a round
constexpr std::size_t neighbours = 5;

/// Median of the seconds that each piece of the work takes; once before, uncounted.
template <class Work>
double seconds_each(int rounds, std::size_t pieces, const Work& work) {
  work();
  std::vector<double> seconds;
  for (int i = 0; i < rounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    seconds.push_back(taken.count() / static_cast<double>(pieces));
  }
  return nearest_rank(seconds, 0.5);
}

/// The data's stones in random order, each a little changed: stones that are like the data's, but
/// none of them.
std::vector<Diamond> like_the_data(const Table& table, const TrainingProfile& profile) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> little(0.99, 1.01);
  std::vector<Diamond> stones;
  while (stones.size() < asked) {
    Diamond stone = table.row(random() % table.rows()).stone;
    stone.carat *= little(random);
    stone.table *= little(random);
    if (implausibilities(stone, profile).empty()) stones.push_back(stone);
  }
  return stones;
}

/// Of a model that finds the same price for all stones: what an interval costs does not depend on
/// it.
IntervalPredictor intervals_of(const Table& table) {
  const std::vector<std::uint32_t> rows = all_rows(table);
  const std::vector<double> prices(rows.size(), 2000);
  return IntervalPredictor::learn({table, rows}, prices).value();
}

Json measure(const std::string& data, int rounds) {
  Table read = read_csv(data).table;
  clean(read);
  const auto table = std::make_shared<const Table>(std::move(read));
  const TrainingProfile profile(*table);
  const NeighbourIndex index(table);
  const std::vector<Diamond> stones = like_the_data(*table, profile);

  std::size_t seen = 0;  // what comes out is used: the work cannot be left out
  const auto each = [&](const auto& look) {
    return seconds_each(rounds, asked, [&] {
      for (const Diamond& stone : stones) seen += look(stone);
    });
  };

  Json figures{{"rows", table->rows()}, {"radius", index.radius()}};
  figures["plausible"] =
      each([&](const Diamond& stone) { return implausibilities(stone, profile).size(); });
  figures["slip"] = each([&](Diamond stone) {
    stone.x *= 10;
    return implausibilities(stone, profile).size();
  });
  figures["near"] =
      each([&](const Diamond& stone) { return index.far_nearest(stone) ? std::size_t{1} : 0; });
  figures["alone"] = each([&](Diamond stone) {
    stone.table += 30;
    return index.far_nearest(stone) ? std::size_t{1} : 0;
  });
  const IntervalPredictor intervals = intervals_of(*table);
  figures["interval"] = each([&](const Diamond& stone) {
    return intervals.interval(stone, 2000).high > 2000 ? std::size_t{1} : 0;
  });
  figures["nearest"] =
      each([&](const Diamond& stone) { return index.nearest(stone, neighbours).size(); });
  figures["complete"] = each([&](const Diamond& stone) {
    const PartialDiamond partial{stone.carat, stone.cut, stone.color, stone.clarity, {}, {},
                                 {},          {},        {}};
    return complete(partial, profile).assumptions.size();
  });
  figures["learn_profile"] =
      seconds_each(rounds, 1, [&] { seen += TrainingProfile(*table).rows(); });
  figures["build_index"] =
      seconds_each(rounds, 1, [&] { seen += NeighbourIndex(table).radius() > 0 ? 1 : 0; });
  figures["seen"] = seen;
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("usage: trust DATA ROUNDS");
    std::cout << measure(argv[1], std::stoi(argv[2])).dump() << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "trust: " << error.what() << '\n';
    return 2;
  }
  return 0;
}
