#pragma once
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/shape.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Which positions count: bool, of the leading shape of what it masks (batch, time); none means all of them.
using Mask = std::optional<Tensor>;

/// The masks of several inputs or outputs: one each, or none at all when nothing is masked.
using Masks = List<Mask>;
extern template class List<Mask>;
/// The mask of that one; none beyond those there are.
const Mask& mask_at(const Masks& masks, std::size_t i);

/// The shapes of several inputs. Numbers in braces are one Shape, so that build({None, 10}) means what it says.
class Shapes {
 public:
  explicit Shapes(std::vector<Shape> shapes) : shapes_(std::move(shapes)) {}
  std::size_t size() const { return shapes_.size(); }
  /// Throws IndexError outside 0 … size()-1.
  const Shape& operator[](std::size_t input) const {
    if (input >= shapes_.size()) detail::throw_index(input, shapes_.size());
    return shapes_[input];
  }
  auto begin() const { return shapes_.begin(); }
  auto end() const { return shapes_.end(); }

 private:
  std::vector<Shape> shapes_;
};

/// What a call says besides its inputs, in Keras's words. A graph keeps it with the call.
struct CallArguments {
  bool reverse = false;                  ///< to layers of which LayerBase::takes_reverse() says so: the other way round
  bool return_attention_scores = false;  ///< to layers of attention: the scores as a second output
  bool use_causal_mask = false;          ///< to layers of attention: no query attends to keys behind its own place
};

/// What a layer is told with its input.
struct CallContext {
  bool training = false;  ///< fit and train_on_batch: dropout drops, statistics are learnt
  Mask mask = {};         ///< the mask that came with the only input
  Masks masks = {};       ///< the masks that came with several inputs
  bool reverse = false;   ///< as in CallArguments, and so what follows
  bool return_attention_scores = false;
  bool use_causal_mask = false;
  CallArguments arguments() const { return {reverse, return_attention_scores, use_causal_mask}; }
  /// The mask that came with that input, be there one or several.
  const Mask& mask_of(std::size_t input) const { return masks.empty() && input == 0 ? mask : mask_at(masks, input); }
};

namespace detail {
/// What a call of a graph tells its layer, before masks are set.
CallContext context_of(const CallArguments& arguments, bool training);
}  // namespace detail

}  // namespace cornu
CORNU_EXPORT_END
