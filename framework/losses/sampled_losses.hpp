#pragma once
#include <cstdint>
#include <optional>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/losses/candidate_sampler.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Losses over a vocabulary that is too large to compute all logits: a few classes are drawn in place of all others.
namespace cornu::losses {

/// Options of sampled_softmax_loss and nce_loss.
struct SampledLossOptions {
  /// The classes to compare with. Unless given, log_uniform_candidate_sampler draws num_sampled of them without
  /// repeats.
  std::optional<random::Candidates> sampled_values = {};
  /// Ignore drawn classes that are true ones. Unless given, true for sampled_softmax_loss and false for nce_loss.
  std::optional<bool> remove_accidental_hits = {};
};

/// The softmax cross-entropy of the true classes among themselves and the num_sampled classes drawn, an estimate of
/// that among all num_classes, for training; as tf.nn.sampled_softmax_loss (Jean, Cho, Memisevic, Bengio, "On using
/// very large target vocabulary for neural machine translation", ACL 2015). A class' logit is inputs · weights[k] +
/// biases[k] − ln(expected count of k).
///
/// weights (num_classes, d), biases (num_classes,), labels (batch, num_true) or (batch,) integers, inputs (batch, d) →
/// (batch,): the loss of each example. Only the rows of classes that take part are read, and the gradients of weights
/// and biases are rows. Where there are several true classes, each is as likely as the others. Throws ShapeError for
/// shapes that do not fit, IndexError for a class outside 0 … num_classes-1, ValueError for dtypes that differ.
///
///     loss = ops::mean(losses::sampled_softmax_loss(weights, biases, next_word, hidden, 64, vocabulary));
Tensor sampled_softmax_loss(const Variable& weights, const Variable& biases, const Tensor& labels, const Tensor& inputs,
                            std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options = {});
Tensor sampled_softmax_loss(const Tensor& weights, const Tensor& biases, const Tensor& labels, const Tensor& inputs,
                            std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options = {});

/// Noise-contrastive estimation, which tells true classes from drawn ones: the binary cross-entropies of the same
/// logits, summed over the classes that take part; as tf.nn.nce_loss (Gutmann and Hyvärinen, "Noise-contrastive
/// estimation", AISTATS 2010). Arguments, result and gradients as for sampled_softmax_loss; a true class has the label
/// 1 / num_true.
Tensor nce_loss(const Variable& weights, const Variable& biases, const Tensor& labels, const Tensor& inputs,
                std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options = {});
Tensor nce_loss(const Tensor& weights, const Tensor& biases, const Tensor& labels, const Tensor& inputs,
                std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options = {});

}  // namespace cornu::losses
CORNU_EXPORT_END
