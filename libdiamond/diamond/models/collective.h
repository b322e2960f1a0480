// What workers that learn together do together.
#pragma once

#include <span>

namespace diamond {

/// Every worker makes the same calls in the same order; each call waits for all of them.
class Collective {
 public:
  virtual ~Collective() = default;

  /// The number of this worker, from 0, and how many there are.
  [[nodiscard]] virtual unsigned rank() const = 0;
  [[nodiscard]] virtual unsigned size() const = 0;

  /// Every value becomes the sum of all workers' values in its place: an all-reduce. The same to
  /// the bit for all workers. Throws WorkerError where one was lost.
  virtual void sum(std::span<double> values) = 0;
};

/// A worker without others.
class Alone final : public Collective {
 public:
  [[nodiscard]] unsigned rank() const override { return 0; }
  [[nodiscard]] unsigned size() const override { return 1; }
  void sum(std::span<double> /*values*/) override {}
};

}  // namespace diamond
