#include <cornu/framework/ops/attention.hpp>

#include <algorithm>
#include <array>

#include <cornu/framework/kernels/attention.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/attention_pieces.hpp>
#include <cornu/framework/ops/plain_gradients.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

using kernels::HeadVectors;

// What went in, and what the gradient wants besides.
struct Run {
  Tensor query, key, value;
  AttentionOptions options;
  Tensor out;
  Tensor largest, inverse_sum;  // (batch, heads, queries)

  std::int64_t batch() const { return query.shape()[0]; }
  std::int64_t key_heads() const { return key.shape()[2]; }
  std::int64_t group() const { return query.shape()[2] / key_heads(); }
  Shape scores() const { return {batch(), query.shape()[2], query.shape()[1], key.shape()[1]}; }
  kernels::AttentionExtents extents() const {
    return {group(), query.shape()[1], key.shape()[1], key.shape()[3], value.shape()[3]};
  }
};

bool broadcasts_to(const Tensor& mask, const Shape& scores) {
  return mask.dtype() == boolean && broadcast_shape("attention", mask.shape(), scores) == scores;
}

bool is_one_key_head_a_group(const Shape& query, const Shape& key) {
  return query[2] == key[2] || (key[2] > 0 && query[2] % key[2] == 0);
}

bool fit(const Shape& query, const Shape& key, const Shape& value) {
  return query.rank() == 4 && key.rank() == 4 && value.rank() == 4 && query[0] == key[0] && query[3] == key[3] &&
         key.slice(0, 3) == value.slice(0, 3) && is_one_key_head_a_group(query, key);
}

void require_fit(const Run& run) {
  require_floating("attention", run.query);
  require_same_dtype("attention", run.query, run.key);
  require_same_dtype("attention", run.query, run.value);
  if (!fit(run.query.shape(), run.key.shape(), run.value.shape()))
    throw ShapeError("attention", fmt::format("shapes do not fit; got query {}, key {} and value {}; expected (batch, "
                                              "queries, heads, key_dim), (batch, keys, key_heads, key_dim) and (batch, "
                                              "keys, key_heads, value_dim)",
                                              run.query.shape(), run.key.shape(), run.value.shape()));
  const AttentionOptions& options = run.options;
  if ((options.allowed && !broadcasts_to(*options.allowed, run.scores())) ||
      (options.kept && options.kept->shape() != run.scores()))
    throw ShapeError("attention", fmt::format("a mask does not fit; expected bool, and the scores' shape {}; `allowed` "
                                              "may be 1 along an axis",
                                              run.scores()));
}

// Where the vectors of a sample and a group of heads begin, in (batch, positions, heads, dim).
template <class T, class Data>
HeadVectors<T> vectors(Data* data, const Shape& shape, std::int64_t sample, std::int64_t head) {
  const std::int64_t stride = shape[2] * shape[3];
  return {data + sample * shape[1] * stride + head * shape[3], stride, shape[3]};
}

// The part of a mask for a sample from a head on. Its keys lie in one piece.
kernels::AttentionMask mask_of(const std::optional<Tensor>& mask, std::int64_t sample, std::int64_t head) {
  if (!mask) return {};
  const Shape& shape = mask->shape();
  const std::int64_t query = shape[2] == 1 ? 0 : shape[3], heads = shape[2] * shape[3];
  const std::int64_t first = (shape[0] == 1 ? 0 : sample) * shape[1] * heads + (shape[1] == 1 ? 0 : head) * heads;
  return {mask->data<bool>() + first, shape[1] == 1 ? 0 : heads, query};
}

// What the kernels are told of a sample's head of keys. `run` shares its tensors, which the kernels write to.
template <class T>
kernels::AttentionOf<T> part_of(Run run, std::int64_t sample, std::int64_t key_head) {
  const std::int64_t head = key_head * run.group();
  const std::int64_t first_query = (sample * run.query.shape()[2] + head) * run.query.shape()[1];
  return {.extents = run.extents(),
          .first_tile = 0,
          .end_tile = run.group() * kernels::attention_tiles(run.extents()),
          .query = vectors<const T>(run.query.data<T>(), run.query.shape(), sample, head),
          .key = vectors<const T>(run.key.data<T>(), run.key.shape(), sample, key_head),
          .value = vectors<const T>(run.value.data<T>(), run.value.shape(), sample, key_head),
          .scale = static_cast<T>(run.options.scale),
          .allowed = mask_of(run.options.allowed, sample, head),
          .kept = mask_of(run.options.kept, sample, head),
          .kept_scale = static_cast<T>(1 / (1 - run.options.rate)),
          .largest = run.largest.mutable_data<T>() + first_query,
          .inverse_sum = run.inverse_sum.mutable_data<T>() + first_query};
}

// The same with some of the keys alone.
template <class T>
kernels::AttentionOf<T> with_keys(kernels::AttentionOf<T> of, std::int64_t first, std::int64_t keys) {
  of.extents.keys = keys;
  of.key.data = of.key.at(0, first);
  of.value.data = of.value.at(0, first);
  for (kernels::AttentionMask* mask : {&of.allowed, &of.kept})
    if (mask->data) mask->data += first;
  return of;
}

// It belongs to the thread that works with it: the next piece on this thread finds it in the pool.
template <class T>
Tensor scratch_for(const kernels::AttentionOf<T>& of) {
  return Tensor::uninitialized({kernels::attention_scratch(of.extents)}, dtype_of<T>);
}

double nanoseconds(std::int64_t queries, std::int64_t keys, double a_pair) {
  return static_cast<double>(queries) * static_cast<double>(keys) * a_pair;
}

// Tiles of queries of all heads that share keys.
AttentionPieces pieces_forwards(const Run& run) {
  constexpr std::int64_t fewest_tiles = 4;  // each piece packs all keys
  const kernels::AttentionExtents e = run.extents();
  const double a_pair = 0.4 + 0.02 * static_cast<double>(e.key_dim + e.value_dim);
  const double a_tile = nanoseconds(std::min(e.queries, kernels::attention_queries), e.keys, a_pair);
  return {{run.batch(), run.key_heads(), e.heads * kernels::attention_tiles(e), a_tile}, fewest_tiles};
}

template <class T>
void run_forwards(Run& run) {
  const auto& kernels = kernels::table<kernels::AttentionKernels<T>>();
  T* const out = run.out.mutable_data<T>();
  pieces_forwards(run).each([&](const AttentionPiece& piece) {
    kernels::AttentionOf<T> of = part_of<T>(run, piece.sample, piece.key_head);
    Tensor scratch = scratch_for(of);
    of.first_tile = piece.first_tile;
    of.end_tile = piece.end_tile;
    of.scratch = scratch.mutable_data<T>();
    kernels.attention(of, vectors<T>(out, run.out.shape(), piece.sample, piece.key_head * run.group()));
  });
}

// Tiles of keys: the gradients of keys and values are sums over queries, and no other piece adds to them.
AttentionPieces pieces_backwards(const Run& run) {
  constexpr std::int64_t fewest_tiles = 3;  // each piece packs all queries
  const kernels::AttentionExtents e = run.extents();
  const double a_pair = 0.6 + 0.045 * static_cast<double>(e.key_dim + e.value_dim);
  const double a_tile = nanoseconds(e.heads * e.queries, std::min(e.keys, kernels::attention_keys), a_pair);
  return {{run.batch(), run.key_heads(), (e.keys + kernels::attention_keys - 1) / kernels::attention_keys, a_tile},
          fewest_tiles};
}

// That of the queries once for each cut: what its keys add to it.
struct Gradients {
  Tensor query, key, value;
};

template <class T>
void run_piece_backwards(const Run& run, const AttentionPiece& piece, const Tensor& d_out, Gradients& d) {
  const std::int64_t sample = piece.sample, key_head = piece.key_head, head = key_head * run.group();
  const std::int64_t first = piece.first_tile * kernels::attention_keys,
                     end = std::min(piece.end_tile * kernels::attention_keys, run.extents().keys);
  kernels::AttentionOf<T> of = with_keys(part_of<T>(run, sample, key_head), first, end - first);
  Tensor scratch = scratch_for(of);
  of.scratch = scratch.mutable_data<T>();
  const auto of_keys = [&](Tensor& d_x) {
    HeadVectors<T> all = vectors<T>(d_x.mutable_data<T>(), d_x.shape(), sample, key_head);
    all.data = all.at(0, first);
    return all;
  };
  kernels::table<kernels::AttentionGradientKernels<T>>().attention_gradient(
      of, {.out = vectors<const T>(run.out.data<T>(), run.out.shape(), sample, head),
           .d_out = vectors<const T>(d_out.data<T>(), d_out.shape(), sample, head),
           .d_query = vectors<T>(d.query.mutable_data<T>(), d.query.shape(), piece.cut * run.batch() + sample, head),
           .d_key = of_keys(d.key),
           .d_value = of_keys(d.value)});
}

Tensor new_like(const Tensor& x, std::int64_t cuts = 1) {
  return Tensor::uninitialized(x.shape().with(0, cuts * x.shape()[0]), x.dtype());
}
Tensor sum_of_cuts(const Tensor& d, std::int64_t cuts) {
  if (cuts == 1) return d;
  const std::int64_t batch = d.shape()[0] / cuts;
  return reshape(sum(reshape(d, {cuts, d.size() / cuts}), {.axis = 0}), d.shape().with(0, batch));
}

void fused_gradients(const Run& run, const Tensor& d_out, detail::InputGradients& d_inputs) {
  const AttentionPieces pieces = pieces_backwards(run);
  Gradients d{new_like(run.query, pieces.cuts()), new_like(run.key), new_like(run.value)};
  detail::for_floating_type(d_out.dtype(), [&]<class T>(T) {
    pieces.each([&](const AttentionPiece& piece) { run_piece_backwards<T>(run, piece, d_out, d); });
  });
  if (d_inputs.wanted(0)) d_inputs.add(0, sum_of_cuts(d.query, pieces.cuts()));
  if (d_inputs.wanted(1)) d_inputs.add(1, d.key);
  if (d_inputs.wanted(2)) d_inputs.add(2, d.value);
}

// For when the gradients are differentiated again.
void plain_gradients(const Run& run, const Tensor& d_out, detail::InputGradients& d_inputs) {
  const Tensor inputs[] = {run.query, run.key, run.value};
  const auto plain = [&run](std::span<const Tensor> in) { return attention_of_ops(in[0], in[1], in[2], run.options); };
  add_plain_gradients(inputs, plain, d_out, d_inputs);
}

// A mask with an axis for each of the scores'. Its keys lie side by side: one of extent 1 is repeated.
std::optional<Tensor> with_all_keys(const std::optional<Tensor>& mask, std::int64_t keys) {
  if (!mask) return mask;
  Shape shape = mask->shape();
  while (shape.rank() < 4) shape = shape.inserted(0, 1);
  return broadcast_to(reshape(*mask, shape), shape.with(3, keys));
}

}  // namespace

Tensor attention(const Tensor& query, const Tensor& key, const Tensor& value, const AttentionOptions& options) {
  Run run{query, key, value, options, {}, {}, {}};
  require_fit(run);
  if (query.size() == 0 || key.size() == 0 || value.size() == 0) return attention_of_ops(query, key, value, options);
  run.options.allowed = with_all_keys(options.allowed, key.shape()[1]);
  const Shape& shape = query.shape();
  run.out = Tensor::uninitialized(shape.with(3, value.shape()[3]), query.dtype());
  run.largest = Tensor::uninitialized({shape[0], shape[2], shape[1]}, query.dtype());
  run.inverse_sum = Tensor::uninitialized(run.largest.shape(), query.dtype());
  detail::for_floating_type(query.dtype(), [&]<class T>(T) { run_forwards<T>(run); });
  const Tensor* const inputs[] = {&query, &key, &value};
  return detail::record_joint(inputs, run.out, [run](const Tensor& d_out, detail::InputGradients& d_inputs) {
    detail::is_recording() ? plain_gradients(run, d_out, d_inputs) : fused_gradients(run, d_out, d_inputs);
  });
}

}  // namespace cornu::ops
