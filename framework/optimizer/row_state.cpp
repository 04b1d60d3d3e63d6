// What of an optimizer's state is not in its variables, for files.
#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/optimizer/update.hpp>

namespace cornu::optim {

namespace {

[[noreturn]] void refuse(const char* what) {
  throw ValueError("Optimizer::restore_row_state",
                   std::string("not a state of this variable; got ") + what + "; expected one of row_state()");
}

}  // namespace

Tensor AccumulatedRows::ids() const {
  Tensor ids = Tensor::uninitialized({everywhere ? 1 : keys.size()}, int32);
  auto* const to = ids.mutable_data<std::int32_t>();
  if (everywhere) *to = -1;
  for (std::size_t i = 0; !everywhere && i < keys.size(); ++i)
    to[i] = static_cast<std::int32_t>(detail::id_of(keys[i]));
  return ids;
}

void AccumulatedRows::set_ids(const Tensor& ids, std::size_t rows) {
  if (ids.dtype() != int32 || ids.rank() != 1) refuse("a list of rows that is none");
  const std::span<const std::int32_t> all = ids.values<std::int32_t>();
  AccumulatedRows set;
  set.everywhere = all.size() == 1 && all[0] == -1;
  if (!set.everywhere) {
    set.listed.resize(rows);
    for (const std::int32_t id : all) {
      if (id < 0 || static_cast<std::size_t>(id) >= rows || set.listed[static_cast<std::size_t>(id)])
        refuse("a row outside the table, or one twice");
      set.listed[static_cast<std::size_t>(id)] = true;
      set.keys.push_back(static_cast<detail::RowKey>(id) << 32 | static_cast<detail::RowKey>(id));
    }
    if (!std::is_sorted(set.keys.begin(), set.keys.end())) refuse("rows out of order");
  }
  *this = std::move(set);
}

// The accumulator's rows, which may be none, and then those of the deferred rows.
std::vector<Tensor> Optimizer::row_state(const Variable& variable) const {
  for (const auto& state : states_) {
    if (state->variable != variable) continue;
    const bool is_deferred = state->deferred && variable.body().rows.owned == state->deferred;
    if (!state->accumulator.defined() && !is_deferred) return {};
    std::vector<Tensor> all{state->accumulated.ids()};
    if (is_deferred)
      for (const Tensor& tensor : state->deferred->state()) all.push_back(tensor);
    return all;
  }
  return {};
}

void Optimizer::restore_row_state(const Variable& variable, const std::vector<Tensor>& tensors) {
  if (tensors.empty()) return;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    State& state = *states_[i];
    if (state.variable != variable) continue;
    AccumulatedRows accumulated;
    accumulated.set_ids(tensors[0], variable.shape().empty() ? 1 : static_cast<std::size_t>(variable.shape().front()));
    if (tensors.size() > 1) {
      if (state.path != RowPath::deferred) refuse("deferred rows where none are deferred");
      const std::shared_ptr<DeferredRows> before = state.deferred;
      state.take_rows(*this, true);
      const bool is_new = state.deferred != before;
      try {
        state.deferred->restore({tensors.begin() + 1, tensors.end()});
      } catch (...) {
        if (is_new) {
          variable.body().rows.let_go();
          state.deferred.reset();
        }
        throw;
      }
    }
    state.accumulated = std::move(accumulated);
    if (state.accumulator.defined()) state.accumulator_assigned = state.accumulator.body().assigned;
    return;
  }
  refuse("a variable that the optimizer does not know");
}

}  // namespace cornu::optim
