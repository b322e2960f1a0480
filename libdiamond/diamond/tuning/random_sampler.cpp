#include <diamond/tuning/axis.h>
#include <diamond/tuning/sampler.h>

namespace diamond {
namespace {

struct Draw {
  Random& random;

  double operator()(const Choices& choices) const {
    return static_cast<double>(random.below(choices.values.size()));
  }
  template <class Range>
  double operator()(const Range& range) const {
    const Axis axis = axis_of(range);
    return axis.coordinate_at(axis.low + random.uniform() * (axis.high - axis.low));
  }
};

class RandomSampler : public Sampler {
 public:
  [[nodiscard]] Point suggest(const SearchSpace& space, std::span<const Observation> /*seen*/,
                              Random& random) const override {
    Point point;
    for (const Dimension& dimension : space)
      point.push_back(std::visit(Draw{random}, dimension.range));
    return point;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_random_sampler() {
  return std::make_unique<RandomSampler>();
}

}  // namespace diamond
