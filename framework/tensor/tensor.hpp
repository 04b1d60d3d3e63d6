#pragma once
#include <fmt/core.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/reference_count.hpp>
#include <cornu/framework/tensor/dtype.hpp>
#include <cornu/framework/tensor/shape.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace detail {

/// A block of memory that several tensors may share (framework/tensor/storage.cpp). The bytes are aligned to 64, unless
/// the memory is not ours.
struct Storage {
  ReferenceCount references;
  std::byte* bytes = nullptr;
  std::size_t capacity = 0;
  void (*release)(Storage*) = nullptr;  // gives the block back where it came from
  void* owner = nullptr;                // for memory that is not ours
};

/// What a Tensor points to. `storage` is null for a symbolic tensor, which has a shape and a dtype but no elements.
struct TensorBody {
  ReferenceCount references;
  DType dtype = DType::float32;
  Shape shape;
  std::int64_t size = 0;
  Storage* storage = nullptr;
  mutable std::uint64_t record = 0;  // the number that the thread's tapes gave it (autodiff/trace.hpp); 0: none
};

/// The record of a tensor that this thread makes, until an op gives it another.
std::uint64_t& record_of_new_tensors();

void release(TensorBody* body);

}  // namespace detail

template <class T>
concept Element = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t> || std::same_as<T, bool>;

/// An n-dimensional array, rank 0 to 6, in row-major order: an 8-byte handle, so copying one shares the elements.
/// Tensors never change once they are made; only Variable::assign and optimizers write, into memory that no tensor
/// shares.
///
///     const Tensor x({{1.f, 2.f}, {3.f, 4.f}});          // (2, 2) float32
///     const Tensor ids({4, 20});                         // (2,) int32
///     fmt::print("{:.3f}\n", x);                         // as NumPy prints it, each element with .3f
///
/// A default-constructed Tensor holds nothing: defined() is false, and every other member throws StateError.
class Tensor {
 public:
  Tensor() = default;

  template <Element T>
  explicit Tensor(T scalar) : Tensor(Shape(), std::span<const T>(&scalar, 1)) {}

  /// Nested lists up to rank 4 (reshape for more); ragged ones throw ShapeError. The dtype is that of the elements, or
  /// the one given.
  template <Element T>
  explicit Tensor(std::initializer_list<T> values);
  template <Element T>
  Tensor(std::initializer_list<T> values, DType dtype);
  template <Element T>
  explicit Tensor(std::initializer_list<std::initializer_list<T>> values);
  template <Element T>
  Tensor(std::initializer_list<std::initializer_list<T>> values, DType dtype);
  template <Element T>
  explicit Tensor(std::initializer_list<std::initializer_list<std::initializer_list<T>>> values);
  template <Element T>
  Tensor(std::initializer_list<std::initializer_list<std::initializer_list<T>>> values, DType dtype);
  template <Element T>
  explicit Tensor(std::initializer_list<std::initializer_list<std::initializer_list<std::initializer_list<T>>>> values);

  /// (n,) and (n, m). Throws ShapeError for a ragged list, naming the first row of another length.
  template <Element T>
  explicit Tensor(const std::vector<T>& values);
  template <Element T>
  explicit Tensor(const std::vector<std::vector<T>>& rows);

  /// A copy of `values` in row-major order. Throws ShapeError unless their number is shape.size().
  template <Element T>
  Tensor(const Shape& shape, std::span<const T> values);

  [[nodiscard]] static Tensor zeros(const Shape& shape, DType dtype = float32);
  [[nodiscard]] static Tensor ones(const Shape& shape, DType dtype = float32);
  /// All elements `value`: an integer beyond 2^53 only if a double holds it.
  [[nodiscard]] static Tensor full(const Shape& shape, double value, DType dtype = float32);
  [[nodiscard]] static Tensor eye(std::int64_t rows, DType dtype = float32);
  /// start, start + step, … below stop, as numpy.arange. Throws ValueError for a step of 0.
  [[nodiscard]] static Tensor arange(double start, double stop, double step = 1, DType dtype = int32);
  [[nodiscard]] static Tensor arange(std::int64_t stop) { return arange(0, static_cast<double>(stop)); }
  /// Elements not set: for code that writes all of them at once through mutable_data before anybody else sees the
  /// tensor.
  [[nodiscard]] static Tensor uninitialized(const Shape& shape, DType dtype);
  /// Shape and dtype without elements, on which ops only infer their result's shape (extents may be None).
  [[nodiscard]] static Tensor symbolic(const Shape& shape, DType dtype = float32);

  [[nodiscard]] bool defined() const { return body_ != nullptr; }
  [[nodiscard]] bool is_symbolic() const { return body().storage == nullptr; }

  [[nodiscard]] const Shape& shape() const { return body().shape; }
  [[nodiscard]] std::size_t rank() const { return body().shape.rank(); }
  /// Extent of an axis; negative axes count from the end. Throws IndexError.
  [[nodiscard]] std::int64_t dim(std::int64_t axis) const { return body().shape.dim(axis); }
  /// Number of elements. Throws StateError for a symbolic tensor.
  [[nodiscard]] std::int64_t size() const {
    if (!body().storage) throw_no_elements();
    return body_->size;
  }
  [[nodiscard]] DType dtype() const { return body().dtype; }
  [[nodiscard]] std::size_t nbytes() const { return static_cast<std::size_t>(size()) * size_of(dtype()); }

  /// The elements in row-major order. Throws ValueError when T is not the dtype, StateError for a symbolic tensor.
  template <Element T>
  const T* data() const {
    check_type(dtype_of<T>);
    return reinterpret_cast<const T*>(body_->storage->bytes);
  }
  template <Element T>
  [[nodiscard]] std::span<const T> values() const& {
    return {data<T>(), static_cast<std::size_t>(body_->size)};
  }
  /// A tensor that is about to go would leave nothing to look at: keep it in a variable, or take its to_vector<T>().
  template <Element T>
  std::span<const T> values() const&& = delete;
  template <Element T>
  T* mutable_data() {
    check_type(dtype_of<T>);
    return reinterpret_cast<T*>(body_->storage->bytes);
  }
  template <Element T>
  [[nodiscard]] std::vector<T> to_vector() const {
    const std::span<const T> all = values<T>();
    return std::vector<T>(all.begin(), all.end());
  }

  /// The only element, converted to T; floating to integer truncates. Throws ShapeError unless size() is 1.
  template <class T>
  [[nodiscard]] T item() const {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      return static_cast<T>(item_as<std::int64_t>());  // a double does not hold all of them
    else
      return static_cast<T>(item_as<double>());
  }
  /// One element by position; negative positions count from the end. Throws IndexError, ShapeError, ValueError.
  template <Element T, std::integral... I>
  [[nodiscard]] T at(I... position) const {
    const std::int64_t where[] = {static_cast<std::int64_t>(position)...};
    return data<T>()[offset_of(std::span<const std::int64_t>(where, sizeof...(I)))];
  }

  /// Only says how to write it.
  template <class I>
  auto operator[](const I&) const {
    static_assert(sizeof(I) == 0,
                  "a tensor has no []: an element is x.at<float>(0, 1), a part along an axis ops::select(x, 0, i), and "
                  "x.values<float>() are all elements");
    return 0;
  }

  /// The elements converted (floating to integer truncates, anything to bool is != 0). Not differentiable: see
  /// ops::cast.
  [[nodiscard]] Tensor astype(DType dtype) const;
  /// The same elements under another shape of equal size, not copied. Not recorded: see ops::reshape.
  [[nodiscard]] Tensor with_shape(const Shape& shape) const;

  Tensor(const Tensor& other) noexcept : body_(other.body_) {
    if (body_) body_->references.add();
  }
  Tensor(Tensor&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  ~Tensor() {
    if (body_ && body_->references.drop()) detail::release(body_);
  }

  /// For the engine: the object behind the handle, and a handle that takes over one reference.
  const detail::TensorBody* identity() const { return body_; }
  explicit Tensor(detail::TensorBody* body) : body_(body) {}

 private:
  const detail::TensorBody& body() const {
    if (!body_) throw_undefined();
    return *body_;
  }
  void check_type(DType asked) const {
    if (!body_ || body_->dtype != asked || !body_->storage) throw_access(asked);
  }
  [[noreturn]] static void throw_undefined();
  [[noreturn]] void throw_no_elements() const;
  [[noreturn]] void throw_access(DType asked) const;
  template <class T>
  T item_as() const;
  std::int64_t offset_of(std::span<const std::int64_t> position) const;

  detail::TensorBody* body_ = nullptr;
};

/// As NumPy prints it, long tensors with "..."; `element_format` is what stands in {:…}, for each element.
std::string to_string(const Tensor& tensor, std::string_view element_format = {});
std::ostream& operator<<(std::ostream& stream, const Tensor& tensor);

}  // namespace cornu
CORNU_EXPORT_END

template <>
struct fmt::formatter<cornu::Tensor> {
  constexpr auto parse(fmt::format_parse_context& context) {
    auto end = context.begin();
    while (end != context.end() && *end != '}') ++end;
    spec_ = std::string_view(context.begin(), static_cast<std::size_t>(end - context.begin()));
    return end;
  }
  template <class Context>
  auto format(const cornu::Tensor& tensor, Context& context) const {
    auto out = context.out();
    for (const char character : cornu::to_string(tensor, spec_)) *out++ = character;
    return out;
  }

 private:
  std::string_view spec_;
};

#include <cornu/framework/tensor/tensor_lists.hpp>
