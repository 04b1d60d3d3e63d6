#include <cornu/framework/losses/crossentropy.hpp>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/ops/map_elements.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

Tensor log_probabilities(const Tensor& p, bool from_logits, std::int64_t axis) {
  if (from_logits) return ops::log_softmax(p, axis);
  return ops::log(ops::clip(p / ops::sum(p, {.axis = axis, .keepdims = true}), epsilon, 1 - epsilon));
}

// ── two classes ─────────────────────────────────────────────────────────────────────────────────────────────────────

// −ln σ(x) = softplus(−x)
Tensor plain_binary_crossentropies(const Tensor& t, const Tensor& p, bool from_logits) {
  if (from_logits) return t * ops::softplus(-p) + (1. - t) * ops::softplus(p);
  const Tensor held = ops::clip(p, epsilon, 1 - epsilon);
  return -(t * ops::log(held) + (1. - t) * ops::log(1. - held));
}

namespace {

// d_p = d_y · (p − t) / (p · (1 − p)), 0 where p was clipped
Tensor binary_gradient(const Tensor& d_y, const Tensor& t, const Tensor& p) {
  if (detail::is_recording()) {
    const Tensor free = ops::logical_and(ops::greater_equal(p, epsilon), ops::less_equal(p, 1 - epsilon));
    const Tensor slope = (p - t) / ops::where(free, p * (1. - p), ops::scalar(1, p.dtype()));
    return ops::where(free, d_y * slope, ops::scalar(0, p.dtype()));
  }
  Tensor d_p = Tensor::uninitialized(p.shape(), p.dtype());
  detail::for_floating_type(p.dtype(), [&]<class T>(T) {
    const T low = static_cast<T>(epsilon), high = static_cast<T>(1 - epsilon);
    const T *d_out = d_y.data<T>(), *label = t.data<T>(), *x = p.data<T>();
    T* const d_x = d_p.mutable_data<T>();
    detail::parallel_for(p.size(), detail::elements_a_piece(), [&](std::int64_t i, std::int64_t last) {
      for (; i < last; ++i)
        d_x[i] = x[i] >= low && x[i] <= high ? d_out[i] * (x[i] - label[i]) / (x[i] * (1 - x[i])) : T(0);
    });
  });
  return d_p;
}

Tensor logistic_losses(const Tensor& t, const Tensor& x) {
  using kernels::ElementwiseKernels;
  const Tensor losses =
      ops::map_elements<ElementwiseKernels>([](const auto& kernels) { return kernels.logistic_loss; }, t, x);
  // d_x = d_y · (σ(x) − t)
  return detail::record(losses, detail::wrt(x, [t, x](const Tensor& d_y) {
                          if (detail::is_recording()) return d_y * (ops::sigmoid(x) - t);
                          return ops::map_elements<ElementwiseKernels>(
                              [](const auto& kernels) { return kernels.logistic_loss_gradient; }, d_y, t, x);
                        }));
}

}  // namespace

Tensor binary_crossentropies(const Tensor& t, const Tensor& p, bool from_logits) {
  if (detail::is_tracked(t) || p.is_symbolic()) return plain_binary_crossentropies(t, p, from_logits);
  if (from_logits) return logistic_losses(t, p);
  const Tensor losses = plain_binary_crossentropies(t, stop_gradient(p), from_logits);
  return detail::record(losses, detail::wrt(p, [t, p](const Tensor& d_y) { return binary_gradient(d_y, t, p); }));
}

// ── several classes ─────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// The position of each id's element in p.
Tensor places_of(const Tensor& ids, std::int64_t classes) {
  Tensor places = Tensor::uninitialized(ids.shape(), int64);
  const std::int32_t* const id = ids.data<std::int32_t>();
  for (std::int64_t i = 0; i < ids.size(); ++i) places.mutable_data<std::int64_t>()[i] = i * classes + id[i];
  return places;
}

// x[i…, ids[i…]]
Tensor pick(const Tensor& x, const Tensor& ids) {
  return ops::gather(ops::reshape(x, {-1}), places_of(ids, x.dim(-1)));
}

// d_p = d_y · (softmax(p) − one_hot(ids))
Tensor logits_gradient(const Tensor& d_y, const Tensor& ids, const Tensor& p, const Tensor& log_softmax) {
  const std::int64_t classes = p.dim(-1);
  if (detail::is_recording())
    return ops::expand_dims(d_y, -1) * (ops::softmax(p) - ops::one_hot(ids, classes, p.dtype()));
  Tensor d_p = ops::exp(log_softmax);
  detail::for_floating_type(p.dtype(), [&]<class T>(T) {
    T* const rows = d_p.mutable_data<T>();
    const T* const d_out = d_y.data<T>();
    const std::int32_t* const id = ids.data<std::int32_t>();
    const std::int64_t grain = 1 + detail::elements_a_piece() / (classes + 1);
    detail::parallel_for(ids.size(), grain, [&](std::int64_t i, std::int64_t last) {
      for (T* row = rows + i * classes; i < last; ++i, row += classes) {
        for (std::int64_t j = 0; j < classes; ++j) row[j] *= d_out[i];
        row[id[i]] -= d_out[i];
      }
    });
  });
  return d_p;
}

// d_p = d_y · (1 / Σ p − one_hot(ids) / p), 0 where p[ids] / Σ p was clipped
Tensor probabilities_gradient(const Tensor& d_y, const Tensor& ids, const Tensor& p, const Tensor& sums) {
  const Tensor share = pick(p, ids) / sums;
  const Tensor free = ops::logical_and(ops::greater_equal(share, epsilon), ops::less_equal(share, 1 - epsilon));
  const Tensor d_free = ops::where(free, d_y, ops::scalar(0, p.dtype()));
  const Tensor everywhere = ops::expand_dims(d_free / sums, -1) + Tensor::zeros({p.dim(-1)}, p.dtype());
  const Tensor at_ids = d_free / ops::where(free, pick(p, ids), ops::scalar(1, p.dtype()));
  const Tensor flat = ops::scatter_add(ops::reshape(everywhere, {-1}), places_of(ids, p.dim(-1)), -at_ids);
  return ops::reshape(flat, p.shape());
}

}  // namespace

Tensor plain_sparse_crossentropies(const Tensor& ids, const Tensor& p, bool from_logits) {
  return -pick(log_probabilities(p, from_logits, -1), ids);
}

Tensor sparse_crossentropies(const Tensor& ids, const Tensor& p, bool from_logits) {
  const Tensor x = stop_gradient(p);
  if (from_logits) {
    const Tensor logs = ops::log_softmax(x);
    return detail::record(-pick(logs, ids), detail::wrt(p, [ids, p, logs](const Tensor& d_y) {
      return logits_gradient(d_y, ids, p, logs);
    }));
  }
  const Tensor sums = ops::sum(x, {.axis = -1});
  const Tensor share = ops::clip(pick(x, ids) / sums, epsilon, 1 - epsilon);
  return detail::record(-ops::log(share), detail::wrt(p, [ids, p](const Tensor& d_y) {
    return probabilities_gradient(d_y, ids, p, ops::sum(p, {.axis = -1}));
  }));
}

}  // namespace cornu::losses
