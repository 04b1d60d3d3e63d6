#include <cornu/framework/layer/call_context.hpp>

namespace cornu {

template class List<Mask>;

const Mask& mask_at(const Masks& masks, std::size_t i) {
  static const Mask none;
  return i < masks.size() ? masks[i] : none;
}

CallContext detail::context_of(const CallArguments& arguments, bool training) {
  return {.training = training,
          .reverse = arguments.reverse,
          .return_attention_scores = arguments.return_attention_scores,
          .use_causal_mask = arguments.use_causal_mask};
}

}  // namespace cornu
