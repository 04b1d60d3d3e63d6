#include <cornu/framework/ops/recurrence_order.hpp>

#include <algorithm>
#include <numeric>
#include <span>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::ops::recurrent {

namespace {

Tensor numbers(std::int64_t count) { return Tensor::uninitialized({count}, int64); }

// How many steps of each sample count.
Tensor lengths_of(const Run& run) {
  Tensor lengths = Tensor::zeros({run.batch()}, int64);
  std::int64_t* const length = lengths.mutable_data<std::int64_t>();
  for (std::int64_t t = 0; t < run.steps(); ++t)
    for (std::int64_t b = 0; b < run.batch(); ++b) length[b] += run.counts(t)[b] ? 1 : 0;
  return lengths;
}

// Whether a tenth of the work and more lies in the shorter ones' padding.
bool differ(std::span<const std::int64_t> lengths) {
  const std::int64_t longest = *std::max_element(lengths.begin(), lengths.end());
  const std::int64_t all = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  return 10 * all < 9 * longest * std::ssize(lengths);
}

// The longest first; of equally long ones the first.
Tensor ranked(std::span<const std::int64_t> lengths) {
  Tensor samples = numbers(std::ssize(lengths));
  std::int64_t* const sample = samples.mutable_data<std::int64_t>();
  std::iota(sample, sample + samples.size(), std::int64_t{0});
  const auto length = [&lengths](std::int64_t i) { return lengths[static_cast<std::size_t>(i)]; };
  std::sort(sample, sample + samples.size(),
            [&](std::int64_t a, std::int64_t b) { return length(a) != length(b) ? length(a) > length(b) : a < b; });
  return samples;
}

// Deals samples out to pieces of `grain` places, the last of which may have fewer: one to each in turn.
Tensor dealt(const Tensor& samples, std::int64_t grain) {
  const std::int64_t count = samples.size(), pieces = (count + grain - 1) / grain;
  Tensor order = numbers(count);
  std::int64_t* const to = order.mutable_data<std::int64_t>();
  const std::int64_t* next = samples.data<std::int64_t>();
  for (std::int64_t within = 0; within < grain; ++within)
    for (std::int64_t place = within; place < pieces * grain; place += grain)
      if (place < count) to[place] = *next++;
  return order;
}

// `count` rows, of which row i is what row(i) points to.
template <class T, class Row>
Tensor filled(Tensor to, std::int64_t count, const Row& row) {
  if (to.size() == 0) return to;
  const std::int64_t width = to.size() / count;
  T* const data = to.mutable_data<T>();
  detail::parallel_for(count, std::max<std::int64_t>(1, detail::elements_a_piece() / width),
                       [&](std::int64_t first, std::int64_t last) {
                         for (std::int64_t i = first; i < last; ++i) std::copy_n(row(i), width, data + i * width);
                       });
  return to;
}

template <class T>
Tensor in_order_of(const Tensor& x, std::size_t axis, const Tensor& order) {
  const std::int64_t batch = order.size(), count = axis == 0 ? batch : x.shape()[0] * batch, width = x.size() / count;
  const std::int64_t* const sample = order.data<std::int64_t>();
  const T* const from = x.data<T>();
  return filled<T>(Tensor::uninitialized(x.shape(), x.dtype()), count,
                   [=](std::int64_t i) { return from + (i / batch * batch + sample[i % batch]) * width; });
}

}  // namespace

Tensor order_by_length(const Run& run) {
  if (!run.in.mask || run.batch() < 2 || run.steps() == 0) return {};
  const Tensor lengths = lengths_of(run);
  if (!differ(lengths.values<std::int64_t>())) return {};
  return dealt(ranked(lengths.values<std::int64_t>()), std::min(piece_rows(run), run.batch()));
}

Tensor inverse(const Tensor& order) {
  if (!order.defined()) return {};
  Tensor places = numbers(order.size());
  std::int64_t* const place = places.mutable_data<std::int64_t>();
  std::int64_t i = 0;
  for (const std::int64_t sample : order.values<std::int64_t>()) place[sample] = i++;
  return places;
}

Tensor in_order(const Tensor& x, std::size_t axis, const Tensor& order) {
  if (!order.defined() || x.size() == 0) return x;
  Tensor result;
  detail::for_any_type(x.dtype(), [&]<class T>(T) { result = in_order_of<T>(x, axis, order); });
  return result;
}

namespace {

// Where the steps and samples that count lie in (steps, batch), in the order in which they were given: sums over them
// do not depend on the order in which they are run.
Tensor counted_places(const Run& run) {
  const Tensor places_of = inverse(run.order);
  const std::int64_t all = run.steps() * run.batch();
  Tensor counted = detail::first_rows(numbers(all), std::count(run.counts(0), run.counts(0) + all, true));
  std::int64_t* to = counted.mutable_data<std::int64_t>();
  const std::int64_t* const place_of = places_of.defined() ? places_of.data<std::int64_t>() : nullptr;
  for (std::int64_t t = 0; t < run.steps(); ++t)
    for (std::int64_t b = 0; b < run.batch(); ++b) {
      const std::int64_t place = place_of ? place_of[b] : b;
      if (run.counts(t)[place]) *to++ = t * run.batch() + place;
    }
  return counted;
}

template <class T>
CountedRows rows_at(const Tensor& places, const Run& run, const RunGradients& d) {
  const std::int64_t count = places.size(), batch = run.batch(), units = run.units();
  // Memory for all rows: as much in each step, however many count.
  const auto rows_of = [&](std::int64_t width, DType dtype) {
    return detail::first_rows(Tensor::uninitialized({run.steps() * batch, width}, dtype), count);
  };
  const std::int64_t* const place = places.data<std::int64_t>();
  const auto of = [&](const Tensor& x, std::int64_t width) {
    return filled<T>(rows_of(width, x.dtype()), count, [&](std::int64_t i) { return x.data<T>() + place[i] * width; });
  };
  const auto before = [&](std::int64_t i) {
    return run.before<T>(run.h, run.in.h, place[i] / batch) + place[i] % batch * units;
  };
  CountedRows rows{.x = of(run.in.inputs, run.features()),
                   .h_before = filled<T>(rows_of(units, run.h.dtype()), count, before),
                   .d_projected = of(d.d_projected, run.width()),
                   .d_recurrent = {}};
  rows.d_recurrent = run.is_gru() ? of(d.d_recurrent, run.width()) : rows.d_projected;
  return rows;
}

}  // namespace

std::optional<CountedRows> counted_rows(const Run& run, const RunGradients& d) {
  if (!run.in.mask) return std::nullopt;
  const Tensor places = counted_places(run);
  if (!run.order.defined() && places.size() == run.steps() * run.batch()) return std::nullopt;
  std::optional<CountedRows> rows;
  detail::for_floating_type(run.h.dtype(), [&]<class T>(T) { rows = rows_at<T>(places, run, d); });
  return rows;
}

}  // namespace cornu::ops::recurrent
