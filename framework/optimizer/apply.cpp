// What an update is asked to do: each gradient with its variable, checked before anything changes.
#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/optimizer/or_shrink_back.hpp>
#include <cornu/framework/optimizer/update.hpp>

namespace cornu::optim {

namespace {

void require_some(std::string_view where, std::size_t variables) {
  if (variables == 0)
    throw ValueError(where,
                     "there is nothing to update; got no variables; a model has its trainable_weights() once it "
                     "is built, or called on data");
}

}  // namespace

void Optimizer::apply(std::initializer_list<std::pair<Gradient, Variable>> gradients_and_variables) {
  require_some(class_name(), gradients_and_variables.size());
  start();
  for (const auto& [gradient, variable] : gradients_and_variables) add(gradient, variable, {});
  run();
}

void Optimizer::apply_gradients(const std::vector<std::pair<Gradient, Variable>>& gradients_and_variables) {
  require_some(class_name(), gradients_and_variables.size());
  start();
  for (const auto& [gradient, variable] : gradients_and_variables) add(gradient, variable, {});
  run();
}

namespace {

void require_one_each(std::string_view where, std::size_t gradients, std::size_t variables) {
  if (gradients != variables)
    throw ShapeError(where,
                     fmt::format("not a gradient a variable; got {} gradients; expected {}", gradients, variables));
}

}  // namespace

void Optimizer::apply(const std::vector<Gradient>& gradients, const std::vector<Variable>& variables) {
  require_one_each(class_name(), gradients.size(), variables.size());
  require_some(class_name(), variables.size());
  start();
  for (std::size_t i = 0; i < gradients.size(); ++i) add(gradients[i], variables[i], {});
  run();
}

void Optimizer::apply(std::span<const Gradient> gradients, std::span<const Variable* const> variables,
                      ApplyOptions options) {
  require_one_each(class_name(), gradients.size(), variables.size());
  require_some(class_name(), variables.size());
  start();
  for (std::size_t i = 0; i < gradients.size(); ++i) add(gradients[i], *variables[i], options);
  run();
}

void Optimizer::start() {  // the lists keep their memory
  tasks_.clear();
  keys_.clear();
}

void Optimizer::add(const Gradient& gradient, const Variable& variable, ApplyOptions options) {
  const auto timed = detail::Timed::update_of(variable.body());
  Task task{&gradient, &variable};
  check_dtype(variable);
  for (const Task& other : tasks_)
    if (*other.variable == variable)
      throw ValueError(class_name(),
                       fmt::format("variable '{}' is listed twice; add its gradients up", variable.name()));
  if (gradient.empty()) {
    if (!variable.trainable()) return;
    task.skipped = !options.missing_is_zero;
  } else if (gradient.is_rows()) {
    const Rows rows = gradient.rows();
    if (rows.ids.dtype() != int32)
      throw ValueError(class_name(), fmt::format("the ids of a gradient's rows have another dtype; got {} for variable "
                                                 "'{}'; expected int32",
                                                 name_of(rows.ids.dtype()), variable.name()));
    check(rows.values.dtype(), rows.table_shape, variable);
    if (rows.values.shape() != variable.shape().with(0, rows.ids.size()))
      throw ShapeError(class_name(), fmt::format("the gradient's rows do not fit variable '{}'; got {} for {} ids; "
                                                 "expected rows of {}",
                                                 variable.name(), rows.values.shape(), rows.ids.size(),
                                                 variable.shape().slice(1, variable.shape().rank())));
    task.unsorted_ids = rows.ids.values<std::int32_t>();
    const bool is_summed = options_.gradient_accumulation_steps || options_.clipnorm || options_.global_clipnorm;
    if (is_summed || !rows.has_checked_ids()) sort_rows(task);
  } else {
    const Tensor dense = gradient.to_dense();
    check(dense.dtype(), dense.shape(), variable);
  }
  tasks_.push_back(task);
}

// Sorts and checks a task's ids, unless that has been done. Rows in any order will do where no others are visited, and
// nothing is summed over them.
void Optimizer::sort_rows(Task& task) {
  if (!task.unsorted_ids) return;
  task.first_key = keys_.size();
  detail::append_in_order(task.gradient->rows().ids, task.variable->shape().front(), keys_);
  task.keys = keys_.size() - task.first_key;
  task.unsorted_ids.reset();
}

void Optimizer::check_dtype(const Variable& variable) const {
  if (!is_floating(variable.dtype()))
    throw ValueError(class_name(), fmt::format("cannot update variable '{}'; got dtype {}; expected float32 or float64",
                                               variable.name(), name_of(variable.dtype())));
}

void Optimizer::check(DType dtype, const Shape& shape, const Variable& variable) const {
  if (shape != variable.shape())
    throw ShapeError(class_name(), fmt::format("the gradient has another shape than variable '{}'; got {}; expected {}",
                                               variable.name(), shape, variable.shape()));
  if (dtype != variable.dtype())
    throw ValueError(class_name(), fmt::format("the gradient has another dtype than variable '{}'; got {}; expected {}",
                                               variable.name(), name_of(dtype), name_of(variable.dtype())));
}

namespace {

// Anybody may assign to the iteration.
void require_iteration(std::string_view where, std::int64_t batches) {
  constexpr std::int64_t most = std::int64_t{1} << 62;
  if (batches < 0 || batches > most)
    throw StateError(where,
                     fmt::format("the iteration is no number of batches; got {}; expected 0 … {}", batches, most));
}

}  // namespace

void Optimizer::run() {
  if (tasks_.empty()) return;
  require_iteration(class_name(), iteration_.peek().data<std::int64_t>()[0]);
  const auto skipped = [](const Task& task) { return task.skipped; };
  if (std::all_of(tasks_.begin(), tasks_.end(), skipped))
    throw ValueError(
        class_name(),
        "no gradient for any variable; got empty ones; compute the loss from the variables by ops, while the "
        "tape lives: item(), astype() and with_shape() are no ops");
  const double rate = learning_rate();  // before anything changes: a user's function may throw
  or_shrink_back(states_, [&] {
    for (std::size_t i = 0; i < tasks_.size(); ++i) tasks_[i].state = &state_of(*tasks_[i].variable, i);
    std::erase_if(tasks_, skipped);
    Update(*this, rate).run();
  });
}

}  // namespace cornu::optim
