#include <diamond/core/parallel.h>
#include <diamond/models/blocked_cholesky.h>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cstddef>

namespace diamond::gaussian {
namespace {

using Eigen::Index;
using Matrix = Eigen::Ref<Eigen::MatrixXd>;

constexpr Index panel = 128;  // columns; with their rows they fit into the cache
constexpr Index tile = 256;   // columns of a product that one thread makes before the next

/// `work(first, last)` for pieces of [0, count).
template <class Work>
void for_pieces(Index count, Index piece, const Effort& effort, const Work& work) {
  effort.check();
  parallel_for(
      static_cast<std::size_t>(count), static_cast<std::size_t>(piece),
      [&](std::size_t first, std::size_t last) {
        work(static_cast<Index>(first), static_cast<Index>(last));
      },
      effort.threads);
}

/// below ← below · L⁻ᵀ.
void solve_below(const Matrix& factor, Matrix below, const Effort& effort) {
  for_pieces(below.rows(), tile, effort, [&](Index first, Index last) {
    auto rows = below.middleRows(first, last - first);
    factor.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(rows);
  });
}

/// The lower triangle of rest ← rest − below · belowᵀ.
void subtract_products(const Matrix& below, Matrix rest, const Effort& effort) {
  for_pieces(rest.cols(), tile, effort, [&](Index first, Index last) {
    const Index size = rest.rows() - first;
    rest.block(first, first, size, last - first).noalias() -=
        below.bottomRows(size) * below.middleRows(first, last - first).transpose();
  });
}

/// L⁻¹, lower triangle; zeros above.
Eigen::MatrixXd inverse_of_factor(const Eigen::MatrixXd& factor, const Effort& effort) {
  const Index size = factor.rows();
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size, size);
  for_pieces(size, panel, effort, [&](Index first, Index last) {
    const Index rest = size - first;
    auto columns = result.block(first, first, rest, last - first);
    columns.setIdentity();
    factor.bottomRightCorner(rest, rest).triangularView<Eigen::Lower>().solveInPlace(columns);
  });
  return result;
}

}  // namespace

bool factorise(Matrix a, const Effort& effort) {
  for (Index first = 0; first < a.rows(); first += panel) {
    const Index width = std::min(panel, a.rows() - first);
    const Index rest = a.rows() - first - width;
    Matrix corner = a.block(first, first, width, width);
    if (Eigen::LLT<Matrix>(corner).info() != Eigen::Success) return false;
    Matrix below = a.block(first + width, first, rest, width);
    solve_below(corner, below, effort);
    subtract_products(below, a.bottomRightCorner(rest, rest), effort);
  }
  return true;
}

Eigen::VectorXd solve(const Eigen::MatrixXd& factor, const Eigen::VectorXd& b) {
  const auto lower = factor.triangularView<Eigen::Lower>();
  Eigen::MatrixXd result = b;  // one column
  lower.solveInPlace(result);
  lower.transpose().solveInPlace(result);
  return result.col(0);
}

Eigen::MatrixXd inverse(const Eigen::MatrixXd& factor, const Effort& effort) {
  const Eigen::MatrixXd lower = inverse_of_factor(factor, effort);
  const Index size = factor.rows();
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size, size);
  for_pieces(size, panel, effort, [&](Index first, Index last) {  // L⁻ᵀ L⁻¹, zeros left out
    const Index rest = size - first;
    result.block(first, first, rest, last - first).noalias() =
        lower.bottomRightCorner(rest, rest).transpose().triangularView<Eigen::Upper>() *
        lower.block(first, first, rest, last - first);
  });
  return result;
}

void add_products(const Eigen::MatrixXd& b, Eigen::MatrixXd& sum, const Effort& effort) {
  for_pieces(sum.cols(), tile, effort, [&](Index first, Index last) {
    const Index size = sum.rows() - first;
    sum.block(first, first, size, last - first).noalias() +=
        b.bottomRows(size) * b.middleRows(first, last - first).transpose();
  });
}

}  // namespace diamond::gaussian
