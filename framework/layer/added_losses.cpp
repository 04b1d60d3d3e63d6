#include <cornu/framework/layer/added_losses.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu {

namespace {
thread_local AddedLosses* innermost_losses = nullptr;
}

AddedLosses::AddedLosses() : outer_(innermost_losses) { innermost_losses = this; }
AddedLosses::~AddedLosses() { innermost_losses = outer_; }
AddedLosses* AddedLosses::innermost() { return innermost_losses; }

void AddedLosses::add(const Tensor& loss) {
  total_ = total_.defined() ? ops::add(total_, ops::cast(loss, total_.dtype())) : loss;
}

const Tensor& AddedLosses::total() const {
  if (empty()) throw StateError("AddedLosses", "no layer has added a loss; ask empty() first");
  return total_;
}

}  // namespace cornu
