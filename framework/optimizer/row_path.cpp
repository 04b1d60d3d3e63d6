#include <cornu/framework/optimizer/row_path.hpp>

#include <fmt/core.h>

#include <cornu/framework/optimizer/update.hpp>
#include <cornu/framework/weights/constraints.hpp>

namespace cornu::optim {

std::string_view name_of(RowPath path) {
  switch (path) {
    case RowPath::touched:
      return "touched";
    case RowPath::deferred:
      return "deferred";
    case RowPath::dense:
      return "dense";
    case RowPath::lazy:
      return "lazy";
  }
  return "";
}

std::shared_ptr<const DeferredRule> Optimizer::deferred_rule(DType) const { return nullptr; }

namespace {

bool keeps_untouched_rows(const Variable& variable) {
  const auto& constraint = variable.body().weight.constraint;
  return !constraint || constraint->keeps_allowed_rows();
}

}  // namespace

RowPathReport Optimizer::row_updates(const Variable& variable) const {
  const bool moves = moves_without_gradient() || decay_of(variable) != 0 || options_.use_ema;
  const auto dense = [](std::string why) { return RowPathReport{RowPath::dense, std::move(why)}; };
  if (variable.shape().empty()) return dense("a scalar has no rows");
  if (options_.row_updates == RowUpdates::lazy && !needs_whole(variable))
    return {RowPath::lazy, "row_updates is lazy: rows without a gradient stay as they are"};
  if (needs_whole(variable)) return dense(fmt::format("the rule of {} needs the whole table", class_name()));
  if (options_.use_ema && options_.gradient_accumulation_steps)
    return dense("use_ema averages all weights also while gradients accumulate");
  if (variable.body().weight.regularizer) return dense("the regularizer gives every row a gradient");
  if (!keeps_untouched_rows(variable)) return dense("the constraint may change rows that have no gradient");
  if (!moves) return {RowPath::touched, fmt::format("{} leaves rows without a gradient as they are", class_name())};
  if (variable.body().weight.constraint) return dense("the constraint is applied to rows that move without a gradient");
  const auto rule = deferred_rule(variable.dtype());
  if (!rule || (decay_of(variable) != 0 && !rule->allows_weight_decay()))
    return dense(fmt::format("{} with these options has no closed form for updates without a gradient", class_name()));
  if (options_.use_ema && !DeferredRows::can_average(*rule, slots_for(variable).size()))
    return dense(fmt::format("use_ema averages all weights, and {} has no closed form for that", class_name()));
  return {RowPath::deferred,
          fmt::format("{} moves rows without a gradient", options_.use_ema ? "use_ema" : class_name())};
}

}  // namespace cornu::optim
