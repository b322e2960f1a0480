// Factors of large symmetric matrices, block by block: on several threads, and to be stopped on the
// way. Of this library's own models only.
#pragma once

#include <Eigen/Core>

#include <stop_token>

namespace diamond::gaussian {

/// Thrown where `Effort::stop` asks; caught before a fit returns.
struct Stopped {};

/// What a computation may take.
struct Effort {
  std::stop_token stop = {};
  unsigned threads = 0;  // 0: all processors

  /// Throws Stopped.
  void check() const {
    if (stop.stop_requested()) throw Stopped();
  }
};

/// Puts L into the lower triangle of `a`, whose lower triangle is read: A = L Lᵀ (Golub & Van Loan,
/// chapter 4.2.9). False: it is not positive definite, and `a` holds nothing of use. The result
/// does not depend on the number of threads.
[[nodiscard]] bool factorise(Eigen::Ref<Eigen::MatrixXd> a, const Effort& effort);

/// A⁻¹ b, by what `factorise` made of A.
[[nodiscard]] Eigen::VectorXd solve(const Eigen::MatrixXd& factor, const Eigen::VectorXd& b);

/// The lower triangle of A⁻¹ (what stands above it means nothing), by what `factorise` made of A.
[[nodiscard]] Eigen::MatrixXd inverse(const Eigen::MatrixXd& factor, const Effort& effort);

/// Adds the lower triangle of B Bᵀ to `sum`.
void add_products(const Eigen::MatrixXd& b, Eigen::MatrixXd& sum, const Effort& effort);

}  // namespace diamond::gaussian
