#include <cornu/framework/tensor/tensor.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu {

namespace detail {

void release(TensorBody* body) {
  if (body->storage) release_storage(body->storage);
  body->~TensorBody();
  release_small(body, sizeof(TensorBody));
}

std::uint64_t& record_of_new_tensors() {
  thread_local constinit std::uint64_t record = 0;
  return record;
}

void throw_ragged(std::size_t row, std::size_t got, std::size_t expected) {
  throw ShapeError("Tensor", fmt::format("ragged list; got {} elements in row {}; expected {} as in the rows before; "
                                         "pad the rows to one length",
                                         got, row, expected));
}

namespace {
TensorBody* make_body(const Shape& shape, DType dtype) {
  auto* body = new (allocate_small(sizeof(TensorBody))) TensorBody;
  body->shape = shape;
  body->dtype = dtype;
  body->record = record_of_new_tensors();
  return body;
}

// Takes over one reference to the storage, also when there is no memory for the body.
Tensor tensor_of_size(std::int64_t size, Storage* storage, const Shape& shape, DType dtype) {
  TensorBody* body = nullptr;
  try {
    body = make_body(shape, dtype);
  } catch (...) {
    release_storage(storage);
    throw;
  }
  body->size = size;
  body->storage = storage;
  return Tensor(body);
}

[[noreturn]] void throw_too_many_bytes(const Shape& shape) {
  throw ShapeError("Tensor", fmt::format("too many elements; got {}; expected fewer than 2^63 bytes", shape));
}

// Memory for the elements. Of little that is missing there would be none for an error's text either.
Storage* storage_for(const Shape& shape, std::size_t bytes) {
  constexpr std::size_t much = std::size_t{64} << 20;
  try {
    return allocate_storage(bytes);
  } catch (const std::bad_alloc&) {
    if (bytes < much) throw;
    throw ValueError("Tensor", fmt::format("there is not enough memory; got shape {}, {} bytes; expected less; take "
                                           "smaller batches or tables",
                                           shape, bytes));
  }
}
}  // namespace

Tensor tensor_over(Storage* storage, const Shape& shape, DType dtype) {
  return tensor_of_size(shape.size(), storage, shape, dtype);
}

}  // namespace detail

template <Element T>
Tensor::Tensor(const Shape& shape, std::span<const T> values) : Tensor(uninitialized(shape, dtype_of<T>)) {
  if (static_cast<std::int64_t>(values.size()) != size())
    throw ShapeError("Tensor",
                     fmt::format("the elements do not fill the shape; got {} elements for shape {}; expected {}",
                                 values.size(), shape, shape.size()));
  std::copy(values.begin(), values.end(), mutable_data<T>());
}
template Tensor::Tensor(const Shape& shape, std::span<const float> values);
template Tensor::Tensor(const Shape& shape, std::span<const double> values);
template Tensor::Tensor(const Shape& shape, std::span<const std::int32_t> values);
template Tensor::Tensor(const Shape& shape, std::span<const std::int64_t> values);
template Tensor::Tensor(const Shape& shape, std::span<const bool> values);

Tensor Tensor::uninitialized(const Shape& shape, DType dtype) {
  const std::int64_t size = shape.size();
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(size, static_cast<std::int64_t>(size_of(dtype)), &bytes))
    detail::throw_too_many_bytes(shape);
  return detail::tensor_of_size(size, detail::storage_for(shape, static_cast<std::size_t>(bytes)), shape, dtype);
}

Tensor Tensor::symbolic(const Shape& shape, DType dtype) { return Tensor(detail::make_body(shape, dtype)); }

Tensor Tensor::zeros(const Shape& shape, DType dtype) {
  Tensor result = uninitialized(shape, dtype);
  std::memset(result.body_->storage->bytes, 0, result.nbytes());
  return result;
}

Tensor Tensor::ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }

Tensor Tensor::full(const Shape& shape, double value, DType dtype) {
  Tensor result = uninitialized(shape, dtype);
  detail::for_any_type(dtype, [&]<class T>(T) {
    T* data = result.mutable_data<T>();
    std::fill(data, data + result.size(), detail::convert<T>(value));
  });
  return result;
}

Tensor Tensor::eye(std::int64_t rows, DType dtype) {
  Tensor result = zeros({rows, rows}, dtype);
  detail::for_any_type(dtype, [&]<class T>(T) {
    for (std::int64_t i = 0; i < rows; ++i) result.mutable_data<T>()[i * rows + i] = static_cast<T>(1);
  });
  return result;
}

namespace {
// Integers from `first` to `last` must be numbers of the dtype.
void require_within(DType dtype, double first, double last) {
  if (!is_integer(dtype)) return;
  const double limit = dtype == int32 ? 0x1p31 : 0x1p63;
  if (std::min(first, last) < -limit || std::max(first, last) >= limit)
    throw ValueError("Tensor::arange", fmt::format("the numbers do not fit the dtype; got {} … {} for {}; expected "
                                                   "{} … {}; ask for int64 or a floating dtype",
                                                   first, last, name_of(dtype), -limit, limit - 1));
}
}  // namespace

Tensor Tensor::arange(double start, double stop, double step, DType dtype) {
  if (step == 0 || !std::isfinite(step) || !std::isfinite(start) || !std::isfinite(stop))
    throw ValueError("Tensor::arange",
                     fmt::format("cannot count; got start {}, stop {}, step {}; expected finite numbers "
                                 "and a step other than 0",
                                 start, stop, step));
  const double length = std::max(0.0, std::ceil((stop - start) / step));
  if (length >= 0x1p63)
    throw ValueError("Tensor::arange", fmt::format("too many numbers; got start {}, stop {}, step {}; expected fewer "
                                                   "than 2^63",
                                                   start, stop, step));
  const auto count = static_cast<std::int64_t>(length);
  require_within(dtype, start, start + (length - 1) * step);
  Tensor result = uninitialized({count}, dtype);
  detail::for_any_type(dtype, [&]<class T>(T) {
    T* data = result.mutable_data<T>();
    for (std::int64_t i = 0; i < count; ++i) data[i] = detail::convert<T>(start + static_cast<double>(i) * step);
  });
  return result;
}

void Tensor::throw_no_elements() const {
  throw StateError("Tensor", fmt::format("a symbolic tensor has no elements; got shape {}", shape()));
}

Tensor Tensor::astype(DType dtype) const {
  if (dtype == body().dtype) return *this;
  if (is_symbolic()) return symbolic(shape(), dtype);
  Tensor result = uninitialized(shape(), dtype);
  detail::for_any_type(body_->dtype, [&]<class From>(From) {
    const From* in = data<From>();
    detail::for_any_type(dtype, [&]<class To>(To) {
      To* out = result.mutable_data<To>();
      detail::parallel_for(body_->size, detail::elements_a_piece(), [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) out[i] = detail::convert<To>(in[i]);
      });
    });
  });
  return result;
}

Tensor Tensor::with_shape(const Shape& shape) const {
  if (is_symbolic()) return symbolic(shape, dtype());
  if (shape.size() != body_->size)
    throw ShapeError("Tensor::with_shape",
                     fmt::format("sizes differ; got {} for the elements of {}; expected a shape of {} elements", shape,
                                 this->shape(), body_->size));
  body_->storage->references.add();
  return detail::tensor_over(body_->storage, shape, dtype());
}

namespace detail {
Tensor first_rows(const Tensor& tensor, std::int64_t count) {
  Storage* storage = tensor.identity()->storage;
  storage->references.add();
  return tensor_over(storage, tensor.shape().with(0, count), tensor.dtype());
}
}  // namespace detail

void Tensor::throw_undefined() {
  throw StateError("Tensor", "the tensor holds nothing; got a default-constructed Tensor; expected one with elements");
}

void Tensor::throw_access(DType asked) const {
  if (!body_) throw_undefined();
  if (!body_->storage)
    throw StateError("Tensor", fmt::format("a symbolic tensor has no elements; got shape {}", body_->shape));
  throw ValueError("Tensor",
                   fmt::format("elements have another type; got {}; expected {}; convert with astype or ops::cast",
                               name_of(body_->dtype), name_of(asked)));
}

template <class To>
To Tensor::item_as() const {
  if (size() != 1)
    throw ShapeError("Tensor::item", fmt::format("not a single element; got shape {}; expected one element", shape()));
  To value{};
  detail::for_any_type(dtype(), [&]<class T>(T) { value = detail::convert<To>(*data<T>()); });
  return value;
}
template double Tensor::item_as() const;
template std::int64_t Tensor::item_as() const;

std::int64_t Tensor::offset_of(std::span<const std::int64_t> position) const {
  if (position.size() != rank())
    throw ShapeError("Tensor::at", fmt::format("wrong number of positions; got {} for shape {}; expected {}",
                                               position.size(), shape(), rank()));
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < position.size(); ++i) {
    const std::int64_t extent = shape()[i], index = position[i] < 0 ? position[i] + extent : position[i];
    if (index < 0 || index >= extent)
      throw IndexError("Tensor::at",
                       fmt::format("position out of range; got {} for axis {} of shape {}; expected {} … {}",
                                   position[i], i, shape(), -extent, extent - 1));
    offset = offset * extent + index;
  }
  return offset;
}

}  // namespace cornu
