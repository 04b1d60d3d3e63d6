#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Operations on tensors, each with its gradient. Two operands broadcast as in NumPy and must share their dtype (mixed
/// dtypes throw ValueError: cast first); a double beside a Tensor takes the tensor's dtype. Axes may be negative.
/// Shapes that do not fit throw ShapeError, axes out of range IndexError, dtypes that an op does not take ValueError.
/// On a symbolic tensor an op only infers its result. d_x stands for the gradient of x, y for the result.
namespace cornu::ops {

// ── arithmetic ──────────────────────────────────────────────────────────────────────────────────────────────────────
// Numbers of any dtype but bool; a gradient is summed over the axes along which its operand was broadcast.

/// a + b. d_a = d_y, d_b = d_y.
[[nodiscard]] Tensor add(const Tensor& a, const Tensor& b);
/// a − b. d_a = d_y, d_b = −d_y.
[[nodiscard]] Tensor subtract(const Tensor& a, const Tensor& b);
/// a · b, element by element. d_a = d_y · b, d_b = d_y · a.
[[nodiscard]] Tensor multiply(const Tensor& a, const Tensor& b);
/// a / b; integers give float32. d_a = d_y / b, d_b = −d_y · y / b.
[[nodiscard]] Tensor divide(const Tensor& a, const Tensor& b);
/// a / b rounded down, as Python's //. Not differentiable. Integer division by zero throws ValueError.
[[nodiscard]] Tensor floor_divide(const Tensor& a, const Tensor& b);
/// The remainder of a / b with b's sign, as Python's %. Not differentiable. Integer division by zero throws ValueError.
[[nodiscard]] Tensor mod(const Tensor& a, const Tensor& b);
/// a^b, floating. d_a = d_y · b · a^(b−1), d_b = d_y · y · ln a (0 where a ≤ 0).
[[nodiscard]] Tensor power(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor pow(const Tensor& a, double exponent);
/// The larger (smaller) of the two; NaN wins. The gradient goes to the operand that was taken, half each where they are
/// equal.
[[nodiscard]] Tensor maximum(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor minimum(const Tensor& a, const Tensor& b);
/// (a − b)². d_a = 2 · d_y · (a − b).
[[nodiscard]] Tensor squared_difference(const Tensor& a, const Tensor& b);

// ── element by element ──────────────────────────────────────────────────────────────────────────────────────────────

[[nodiscard]] Tensor negative(const Tensor& x);    ///< −x
[[nodiscard]] Tensor exp(const Tensor& x);         ///< e^x. d_x = d_y · y
[[nodiscard]] Tensor expm1(const Tensor& x);       ///< e^x − 1. d_x = d_y · (y + 1)
[[nodiscard]] Tensor log(const Tensor& x);         ///< ln x. d_x = d_y / x
[[nodiscard]] Tensor log1p(const Tensor& x);       ///< ln(1 + x). d_x = d_y / (1 + x)
[[nodiscard]] Tensor sqrt(const Tensor& x);        ///< √x. d_x = d_y / (2y)
[[nodiscard]] Tensor rsqrt(const Tensor& x);       ///< 1/√x. d_x = −d_y · y³ / 2
[[nodiscard]] Tensor square(const Tensor& x);      ///< x². d_x = 2 · d_y · x. Any number dtype.
[[nodiscard]] Tensor abs(const Tensor& x);         ///< |x|. d_x = d_y · sign(x). Any number dtype.
[[nodiscard]] Tensor sign(const Tensor& x);        ///< −1, 0 or 1; no gradient. Any number dtype.
[[nodiscard]] Tensor floor(const Tensor& x);       ///< no gradient
[[nodiscard]] Tensor ceil(const Tensor& x);        ///< no gradient
[[nodiscard]] Tensor round(const Tensor& x);       ///< to the nearest, ties to even; no gradient
[[nodiscard]] Tensor sin(const Tensor& x);         ///< d_x = d_y · cos x
[[nodiscard]] Tensor cos(const Tensor& x);         ///< d_x = −d_y · sin x
[[nodiscard]] Tensor erf(const Tensor& x);         ///< d_x = d_y · 2/√π · e^(−x²)
[[nodiscard]] Tensor reciprocal(const Tensor& x);  ///< 1/x. d_x = −d_y · y²
/// x held within [low, high]. The gradient passes where low ≤ x ≤ high. Throws ValueError when low > high.
[[nodiscard]] Tensor clip(const Tensor& x, double low, double high);
[[nodiscard]] Tensor is_finite(const Tensor& x);  ///< bool
[[nodiscard]] Tensor is_nan(const Tensor& x);     ///< bool
/// The same elements as another dtype: floating to integer truncates towards zero, to bool is != 0. A gradient passes
/// between floating dtypes, cast back.
[[nodiscard]] Tensor cast(const Tensor& x, DType dtype);

// ── activations that are ops of their own (the others: activations.hpp) ─────────────────────────────────────────────

[[nodiscard]] Tensor relu(const Tensor& x);      ///< max(x, 0). d_x = d_y where x > 0
[[nodiscard]] Tensor sigmoid(const Tensor& x);   ///< 1 / (1 + e^−x). d_x = d_y · y · (1 − y)
[[nodiscard]] Tensor tanh(const Tensor& x);      ///< d_x = d_y · (1 − y²)
[[nodiscard]] Tensor softplus(const Tensor& x);  ///< ln(1 + e^x), without overflow. d_x = d_y · sigmoid(x)
/// e^x / Σ e^x along an axis. d_x = y · (d_y − Σ d_y · y).
[[nodiscard]] Tensor softmax(const Tensor& x, std::int64_t axis = -1);
/// x − logsumexp(x) along an axis. d_x = d_y − e^y · Σ d_y.
[[nodiscard]] Tensor log_softmax(const Tensor& x, std::int64_t axis = -1);

// ── comparison and logic: bool results, no gradients ────────────────────────────────────────────────────────────────

[[nodiscard]] Tensor equal(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor not_equal(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor less(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor less_equal(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor greater(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor greater_equal(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor equal(const Tensor& a, double b);
[[nodiscard]] Tensor not_equal(const Tensor& a, double b);
[[nodiscard]] Tensor less(const Tensor& a, double b);
[[nodiscard]] Tensor less_equal(const Tensor& a, double b);
[[nodiscard]] Tensor greater(const Tensor& a, double b);
[[nodiscard]] Tensor greater_equal(const Tensor& a, double b);
[[nodiscard]] Tensor logical_and(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor logical_or(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor logical_not(const Tensor& a);
/// a where condition (bool) holds, b elsewhere; all three broadcast. d_a = d_y where it holds, d_b = d_y elsewhere.
[[nodiscard]] Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
/// Same shape and equal elements (NaN equals nothing). Answers at once: not an op on the tape.
[[nodiscard]] bool array_equal(const Tensor& a, const Tensor& b);
/// Same shape and |a − b| ≤ absolute + relative · |b| everywhere.
[[nodiscard]] bool all_close(const Tensor& a, const Tensor& b, double relative = 1e-5, double absolute = 1e-8);

// ── products ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Matrix product as numpy.matmul: (…, n, k) × (…, k, m) → (…, n, m), the leading axes broadcast; a vector is a row on
/// the left and a column on the right. d_a = d_y · bᵀ, d_b = aᵀ · d_y. Floating dtypes.
[[nodiscard]] Tensor matmul(const Tensor& a, const Tensor& b);
/// The same with the last two axes of a or b swapped first, without a copy. Rank 2 and more.
[[nodiscard]] Tensor matmul(const Tensor& a, const Tensor& b, bool transpose_a, bool transpose_b);
/// x · kernel + bias, for x (…, k), kernel (k, m) and bias (m,), in one product. Same gradients as its parts.
[[nodiscard]] Tensor linear(const Tensor& x, const Tensor& kernel, const Tensor& bias);
/// Σ a · b over the last axis of both, which broadcast elsewhere: (…, k), (…, k) → (…).
[[nodiscard]] Tensor dot(const Tensor& a, const Tensor& b);

// ── reductions ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// Axes of a reduction: all of them unless given.
class Axes {
 public:
  Axes() = default;
  Axes(std::int64_t axis);  // {.axis = -1}
  Axes(std::initializer_list<std::int64_t> axes);
  explicit Axes(const std::vector<std::int64_t>& axes);
  /// Which axes of that shape are meant. Throws IndexError for one out of range, ValueError for one named twice.
  std::array<bool, Shape::max_rank> of(const Shape& shape) const;
  /// The axes as they were given; none when all are meant.
  std::span<const std::int64_t> given() const { return {axes_.data(), count_}; }

 private:
  void set(std::span<const std::int64_t> axes);

  bool all_ = true;
  std::size_t count_ = 0;
  std::array<std::int64_t, Shape::max_rank> axes_{};
};

struct ReduceOptions {
  Axes axis = {};
  bool keepdims = false;  ///< keep reduced axes with extent 1
};

[[nodiscard]] Tensor sum(const Tensor& x,
                         ReduceOptions options = {});  ///< any number dtype; bool counts as int32. d_x = d_y
[[nodiscard]] Tensor mean(const Tensor& x, ReduceOptions options = {});  ///< floating; NaN over nothing. d_x = d_y / n
[[nodiscard]] Tensor prod(const Tensor& x, ReduceOptions options = {});  ///< d_x = d_y · the product of the others
/// The largest (smallest) element; equal ones share the gradient. Throws ShapeError when there is no element.
[[nodiscard]] Tensor max(const Tensor& x, ReduceOptions options = {});
[[nodiscard]] Tensor min(const Tensor& x, ReduceOptions options = {});
[[nodiscard]] Tensor variance(const Tensor& x, ReduceOptions options = {});  ///< mean of (x − mean)², as numpy.var
[[nodiscard]] Tensor standard_deviation(const Tensor& x, ReduceOptions options = {});  ///< its root, as numpy.std
[[nodiscard]] Tensor logsumexp(const Tensor& x,
                               ReduceOptions options = {});  ///< ln Σ e^x without overflow. d_x = d_y · e^(x − y)
[[nodiscard]] Tensor any(const Tensor& x, ReduceOptions options = {});  ///< bool → bool
[[nodiscard]] Tensor all(const Tensor& x, ReduceOptions options = {});  ///< bool → bool
[[nodiscard]] inline Tensor var(const Tensor& x, ReduceOptions options = {}) { return variance(x, options); }
[[nodiscard]] inline Tensor std(const Tensor& x, ReduceOptions options = {}) { return standard_deviation(x, options); }

/// int32 position of the largest (smallest) element along an axis, the first of equals. No gradient.
[[nodiscard]] Tensor argmax(const Tensor& x, std::int64_t axis = -1);
[[nodiscard]] Tensor argmin(const Tensor& x, std::int64_t axis = -1);
/// Running sums along an axis. d_x = running sums of d_y from the end.
[[nodiscard]] Tensor cumsum(const Tensor& x, std::int64_t axis = 0);
/// Sums `x` over the axes along which `shape` was broadcast to x's shape: the gradient of broadcast_to.
[[nodiscard]] Tensor sum_to(const Tensor& x, const Shape& shape);

// ── shape ───────────────────────────────────────────────────────────────────────────────────────────────────────────
// Any dtype. Gradients go back the same way.

/// The same elements in another shape, not copied; one extent may be -1 (inferred).
[[nodiscard]] Tensor reshape(const Tensor& x, const Shape& shape);
/// Axes in another order; reversed when none is given.
[[nodiscard]] Tensor transpose(const Tensor& x, const std::vector<std::int64_t>& axes = {});
[[nodiscard]] Tensor expand_dims(const Tensor& x, std::int64_t axis);
/// Without that axis, which must have extent 1; without every axis of extent 1 when none is given.
[[nodiscard]] Tensor squeeze(const Tensor& x, std::optional<std::int64_t> axis = {});
[[nodiscard]] Tensor broadcast_to(const Tensor& x, const Shape& shape);
/// Repeated as a whole: `repeats` has one number an axis (as numpy.tile, for equal ranks).
[[nodiscard]] Tensor tile(const Tensor& x, const std::vector<std::int64_t>& repeats);
/// Each element `repeats` times in a row along an axis, as numpy.repeat.
[[nodiscard]] Tensor repeat(const Tensor& x, std::int64_t repeats, std::int64_t axis);
[[nodiscard]] Tensor flip(const Tensor& x, std::int64_t axis);
/// Joined along an existing axis; the others must agree.
[[nodiscard]] Tensor concatenate(const Tensors& tensors, std::int64_t axis = -1);
/// Joined along a new axis.
[[nodiscard]] Tensor stack(const Tensors& tensors, std::int64_t axis = 0);
/// Cut into equal parts, or at the positions given, along an axis.
[[nodiscard]] std::vector<Tensor> split(const Tensor& x, std::int64_t parts, std::int64_t axis = 0);
[[nodiscard]] std::vector<Tensor> split(const Tensor& x, const std::vector<std::int64_t>& positions, std::int64_t axis);
/// Elements start, start + step, … before stop along an axis, as Python's start:stop:step (negative positions count
/// from the end; out-of-range ones are cut; step must not be 0).
struct SliceOptions {
  std::optional<std::int64_t> start = {};
  std::optional<std::int64_t> stop = {};
  std::int64_t step = 1;
};
[[nodiscard]] Tensor slice(const Tensor& x, std::int64_t axis, SliceOptions options);
/// The i-th part along an axis, without that axis: x[:, i].
[[nodiscard]] Tensor select(const Tensor& x, std::int64_t axis, std::int64_t i);
/// `before` and `after` elements of `value` added along each axis.
[[nodiscard]] Tensor pad(const Tensor& x, const std::vector<std::array<std::int64_t, 2>>& before_after,
                         double value = 0);

// ── rows and ids ────────────────────────────────────────────────────────────────────────────────────────────────────

/// y[i…] = table[ids[i…]]: table (rows, …) and integer ids of any shape → ids' shape + (…). The same as
/// matmul(one_hot(ids, rows), table), at a cost that does not depend on `rows`. The gradient of the table is Rows:
/// equal ids summed. Throws IndexError for an id outside 0 … rows-1 (negative ones too), naming id, place and limit.
[[nodiscard]] Tensor gather(const Tensor& table, const Tensor& ids);
/// The same for a variable, of which only the rows asked for are read.
[[nodiscard]] Tensor gather(const Variable& table, const Tensor& ids);
/// How embedding_bag makes one row of several.
enum class BagMode { sum, mean, max };
struct BagOptions {
  BagMode mode = BagMode::mean;
  std::optional<Tensor> weights = {};            ///< a factor for each id, of the ids' shape: for sums alone
  std::optional<std::int64_t> padding_idx = {};  ///< an id that does not count, as if it were not there
};
/// y[b] = the sum, mean or, feature by feature, largest of the rows table[ids[i]] for offsets[b] ≤ i < offsets[b + 1],
/// 0 where there is none: table (rows, d), ids (n,) and offsets (bags,) → (bags, d), as torch.nn.EmbeddingBag. The last
/// bag ends with the ids. In a sum each row is multiplied by its weight. The gathered rows are never written out. The
/// gradient of the table is Rows; that of a largest value goes to the first row that has it. Throws IndexError for an
/// id outside the table, ValueError for offsets that do not rise from 0 to at most n, and for weights without a sum.
[[nodiscard]] Tensor embedding_bag(const Tensor& table, const Tensor& ids, const Tensor& offsets,
                                   const BagOptions& options = {});
[[nodiscard]] Tensor embedding_bag(const Variable& table, const Tensor& ids, const Tensor& offsets,
                                   const BagOptions& options = {});
/// The same for bags of one length: ids (bags, n).
[[nodiscard]] Tensor embedding_bag(const Tensor& table, const Tensor& ids, const BagOptions& options = {});
[[nodiscard]] Tensor embedding_bag(const Variable& table, const Tensor& ids, const BagOptions& options = {});
/// y[…, i] = Σ_k table[ids[…, i], k] · x[…, k]: table (rows, d), ids (…, n) and x (…, d) → (…, n), the same as
/// sum(gather(table, ids) * expand_dims(x, -2), -1), but the rows are never written out. It scores sampled classes, the
/// candidates of a recommender or the contexts of word2vec. The gradient of the table is Rows: equal ids summed. Throws
/// ShapeError for shapes that do not fit, IndexError for an id outside 0 … rows-1.
[[nodiscard]] Tensor gather_dot(const Tensor& table, const Tensor& ids, const Tensor& x);
[[nodiscard]] Tensor gather_dot(const Variable& table, const Tensor& ids, const Tensor& x);
/// x[:, ids]: gather along any axis, as numpy.take. Throws as gather does.
[[nodiscard]] Tensor take(const Tensor& x, const Tensor& ids, std::int64_t axis);
/// x, with row i of updates (ids' shape + x.shape[1:]) added to row ids[i]; equal ids add up.
/// d_x = d_y, d_updates = gather(d_y, ids).
[[nodiscard]] Tensor scatter_add(const Tensor& x, const Tensor& ids, const Tensor& updates);
/// 1 at each id and 0 elsewhere: ids' shape + (depth,). An id outside 0 … depth-1 gives a row of zeros.
[[nodiscard]] Tensor one_hot(const Tensor& ids, std::int64_t depth, DType dtype = float32);

}  // namespace cornu::ops

namespace cornu {

[[nodiscard]] Tensor operator-(const Tensor& x);
[[nodiscard]] Tensor operator+(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor operator-(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor operator*(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor operator/(const Tensor& a, const Tensor& b);
[[nodiscard]] Tensor operator+(const Tensor& a, double b);
[[nodiscard]] Tensor operator-(const Tensor& a, double b);
[[nodiscard]] Tensor operator*(const Tensor& a, double b);
[[nodiscard]] Tensor operator/(const Tensor& a, double b);
[[nodiscard]] Tensor operator+(double a, const Tensor& b);
[[nodiscard]] Tensor operator-(double a, const Tensor& b);
[[nodiscard]] Tensor operator*(double a, const Tensor& b);
[[nodiscard]] Tensor operator/(double a, const Tensor& b);

}  // namespace cornu
CORNU_EXPORT_END
