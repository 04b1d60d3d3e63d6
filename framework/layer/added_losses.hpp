#pragma once
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Gathers what layers add with add_loss() on this thread while it lives. Models open one around each training and test
/// step; in a loop of your own: `AddedLosses added; y = layer(x, {.training = true}); loss = loss + added.total();`
class AddedLosses {
 public:
  AddedLosses();
  ~AddedLosses();
  AddedLosses(const AddedLosses&) = delete;
  AddedLosses& operator=(const AddedLosses&) = delete;
  bool empty() const { return !total_.defined(); }
  /// Their sum, a scalar. Throws StateError when empty().
  const Tensor& total() const;

  /// Internal: the one that was opened last on this thread; null when none is open.
  static AddedLosses* innermost();
  /// Internal: adds a scalar.
  void add(const Tensor& loss);

 private:
  AddedLosses* outer_;
  Tensor total_;
};

}  // namespace cornu
CORNU_EXPORT_END
