#pragma once
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/added_losses.hpp>
#include <cornu/framework/layer/call_context.hpp>
#include <cornu/framework/layer/symbolic.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>
#include <cornu/framework/weights/constraints.hpp>
#include <cornu/framework/weights/initializers.hpp>
#include <cornu/framework/weights/regularizers.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// A weight to be: fields in the order of Keras's classic add_weight.
struct WeightSpec {
  std::string name = {};
  Shape shape = {};
  std::optional<DType> dtype = {};                     ///< the layer's unless given
  Handle<initializers::Initializer> initializer = {};  ///< "glorot_uniform" unless given; "zeros" for integers
  Handle<regularizers::Regularizer> regularizer = {};
  bool trainable = true;
  Handle<constraints::Constraint> constraint = {};
};

/// What every layer can be told, in Keras's words.
struct LayerOptions {
  Handle<regularizers::Regularizer> activity_regularizer = {};  ///< of the output, divided by the batch size
  bool trainable = true;
  DType dtype = float32;  ///< of the weights and of what the layer computes
  std::string name = {};  ///< the model gives one otherwise: "dense", "dense_1"
};

/// A step of a model: weights, made by build(), and call(), made of ops. Derive from Layer<Self>; see there.
class LayerBase : public std::enable_shared_from_this<LayerBase> {
 public:
  explicit LayerBase(LayerOptions options = {});
  virtual ~LayerBase();
  /// What is left of a layer that was moved can be assigned to and destroyed; anything else is a StateError.
  LayerBase(LayerBase&&) noexcept;
  /// Throws ValueError when the other one contains this layer.
  LayerBase& operator=(LayerBase&&);
  LayerBase(const LayerBase&) = delete;
  LayerBase& operator=(const LayerBase&) = delete;

  // What a layer overrides -------------------------------------------------------------------------------------------

  /// Makes the weights, once, before the first call. Extents that are not known are None.
  virtual void build(const Shape& input_shape);
  /// The output for an input. Override one of the two; the second is for layers that want the training flag or the
  /// mask.
  virtual Tensor call(const Tensor& input);
  virtual Tensor call(const Tensor& input, const CallContext& context);
  /// The mask of the output: the input's if the layer supports masking. Override to make, change or drop one.
  virtual Mask compute_mask(const Tensor& input, const Mask& mask) const;
  /// Output and mask together, for layers made of layers, whose masks follow from inner values.
  virtual std::pair<Tensor, Mask> call_with_mask(const Tensor& input, const CallContext& context);
  /// The output's shape, extents None where unknown. By itself this runs call() on a tensor without elements.
  virtual Shape compute_output_shape(const Shape& input_shape);
  /// The layer's options, by Keras's names; overrides add theirs: `LayerBase::get_config().merge(…)`.
  virtual Config get_config() const;
  /// The argument of Keras's call that takes the inputs after the first, "initial_state"; "" where a layer takes them
  /// as one list with the first.
  virtual std::string_view keyword_of_further_inputs() const { return ""; }
  /// Whether Keras's call has an argument `reverse`, which CallContext then says.
  virtual bool takes_reverse() const { return false; }
  /// What a training depends on besides the weights: where a stream of random numbers of the layer's own stands, the
  /// states of a stateful layer. Saved and restored, so that training goes on exactly.
  virtual std::vector<Tensor> state() const { return {}; }
  /// Throws ValueError for what state() never gives.
  virtual void set_state(const std::vector<Tensor>& state);
  /// Throws when elements of a whole data set cannot be used, such as ids outside a vocabulary. fit() asks before its
  /// first step.
  virtual void check_data(const Tensor& input) const;
  /// The shape and dtype of input that the layer expects by itself, for a model that is looked at before it saw data.
  virtual std::optional<Shape> expected_input_shape() const { return std::nullopt; }
  virtual DType expected_input_dtype() const { return options_.dtype; }
  /// The same for several inputs and outputs, which are the business of ListLayer and Model: other layers take a list
  /// of one, and throw StateError for more.
  virtual void build(const Shapes& input_shapes);
  virtual std::pair<Tensors, Masks> call_with_masks(const Tensors& inputs, const CallContext& context);
  virtual void check_data(const Tensors& inputs) const;

  // What a layer uses ------------------------------------------------------------------------------------------------

  /// Creates a weight, in build() or in the constructor. A build() that runs again, after somebody called it by hand,
  /// is given the weight it made before. Throws ShapeError when an extent of its shape is None or the weight has
  /// another shape already, ValueError when two weights have one name.
  Variable add_weight(WeightSpec spec);
  /// Counts a sublayer's weight among this layer's own too, in build(), behind those it has: files then hold it twice,
  /// as Keras's do where a wrapper has an attribute for a weight of what it wraps.
  void share_weight(const Variable& weight);
  /// Adds a scalar to the loss of the model that is being trained or evaluated, in call(). Throws ShapeError for
  /// anything else.
  void add_loss(const Tensor& loss);
  /// Makes `layer` part of this one under the attribute's name: its weights, masks and losses count as this layer's.
  /// Throws ValueError for a null pointer, and for a layer that is this one or contains it.
  template <std::derived_from<LayerBase> L>
  std::shared_ptr<L> track(std::string attribute, L layer) {
    return track(std::move(attribute), std::make_shared<L>(std::move(layer)));
  }
  template <std::derived_from<LayerBase> L>
  std::shared_ptr<L> track(std::string attribute, std::shared_ptr<L> layer) {
    add_sublayer(std::move(attribute), layer);
    return layer;
  }

  // What a user does -------------------------------------------------------------------------------------------------

  /// Builds the layer if need be (a build that fails leaves nothing behind) and computes its output; floating inputs
  /// are cast to the layer's dtype first. A mask that the layer does not support is a StateError.
  Tensor operator()(const Tensor& input, const CallContext& context = {});
  /// The same for a layer that joins several inputs: `layers::Add()({a, b})`. Throws StateError when it has several
  /// outputs; apply() gives them all.
  Tensor operator()(const Tensors& inputs, const CallContext& context = {});
  /// The same, with the masks of the outputs.
  std::pair<Tensor, Mask> apply(const Tensor& input, const CallContext& context);
  std::pair<Tensors, Masks> apply(const Tensors& inputs, const CallContext& context);

  /// Adds a call of this layer to a graph (see SymbolicTensor): builds the weights from the inputs' shapes if need be,
  /// and tells what will come out. A layer that is called twice uses its weights twice. The graph keeps the layer, so a
  /// temporary moves into it (Layer below) and a variable must belong to a shared_ptr: StateError otherwise, and for a
  /// mask that the layer cannot take.
  ///
  ///     const auto embedding = layers::shared(layers::Embedding(1000, 16));
  ///     const auto q = (*embedding)(question), a = (*embedding)(answer);
  ///
  /// A call may say more: `(*attention)({query, value}, {.use_causal_mask = true})`. Throws ValueError where the layer
  /// does not take it, as calls on data do.
  SymbolicTensor operator()(const SymbolicTensors& inputs, const CallArguments& arguments = {}) &;
  /// For layers with several outputs: `const auto [y, h, c] = lstm->all_outputs(x).unpack<3>();`
  SymbolicTensors all_outputs(const SymbolicTensors& inputs, const CallArguments& arguments = {}) &;

  /// Only says how to write it.
  template <class A, class B, class... More>
  requires((std::same_as<A, Tensor> || std::same_as<A, SymbolicTensor>)&&std::same_as<A, B>) auto operator()(
      const A&, const B&, const More&...) {
    static_assert(!std::same_as<A, B>, "several inputs go in braces: layers::Add()({a, b})");
    return A();
  }

  const std::string& name() const { return options_.name; }
  /// Whether the user named the layer, not a model.
  bool has_given_name() const { return has_given_name_; }
  /// The class's name without namespaces: "Dense".
  virtual std::string class_name() const;
  bool built() const { return built_; }
  DType dtype() const { return options_.dtype; }
  /// What the layer and its sublayers compute in. Throws StateError once the layer is built, ValueError for integers.
  void set_dtype(DType dtype);
  bool supports_masking() const { return supports_masking_; }
  /// For models that Keras wrote: a mask that the layer does not support ends at it, instead of being an error.
  void let_masks_end() { lets_masks_end_ = true; }
  bool takes_masks() const { return supports_masking_ || lets_masks_end_; }

  /// Whether training changes the weights. Setting it holds for sublayers too, also those that are tracked later; a
  /// weight made with trainable = false stays so.
  bool trainable() const { return options_.trainable; }
  void set_trainable(bool trainable);

  /// All weights, sublayers' included: trainable ones first in a layer, in the order of their creation.
  std::vector<Variable> weights() const;
  std::vector<Variable> trainable_weights() const;
  std::vector<Variable> non_trainable_weights() const;
  /// Those of this layer alone, without its sublayers'.
  std::vector<Variable> own_weights() const;
  /// Snapshots of the weights, in that order. Throws StateError while there are none, as the layer is not built.
  std::vector<Tensor> get_weights() const;
  /// Throws ShapeError for a wrong number or shape, before any weight is changed. Dtypes are cast.
  void set_weights(const std::vector<Tensor>& weights);
  /// Elements of all weights. Throws StateError before the layer is built.
  std::int64_t count_params() const;
  /// Regularization losses of the weights as they are now.
  std::vector<Tensor> losses() const;

  /// For models: naming, building and looking inside.
  void set_name(std::string name);
  void ensure_built(const Shape& input_shape);
  void ensure_built(const Shapes& input_shapes);
  void remove_last_sublayer();
  /// Throws StateError once the layer has been moved into another object.
  void require_here() const {
    if (moved_.from) throw_moved();
  }
  /// What errors call the layer: "Dense 'dense_1'", or "Dense" while it has no name.
  std::string place() const;
  const std::vector<std::pair<std::string, std::shared_ptr<LayerBase>>>& sublayers() const { return sublayers_; }

 protected:
  /// Throws StateError unless the object's class is `self`: a part of it would be lost as it moves into a graph.
  void require_class(const std::type_info& self) const;
  /// Throws StateError, saying what gives them all, unless the outputs of a call are one.
  void require_one_output(std::size_t outputs) const;
  const LayerOptions& options() const { return options_; }
  void forget_build() { built_ = false; }
  bool is_building() const { return is_building_; }
  bool supports_masking_ = false;  ///< set in the constructor by layers that pass, use or make a mask
  bool autocast_ = true;           ///< cast floating inputs to the layer's dtype
  bool is_attention_ = false;      ///< the layer takes the arguments of attention

 private:
  struct Weight {
    Variable variable;
    bool trainable;
  };
  struct Unbuilt;
  struct Moved {  // notes that the object was moved from
    Moved() = default;
    Moved(Moved&& other) noexcept : from(std::exchange(other.from, true)) {}
    Moved& operator=(Moved&& other) noexcept {
      from = std::exchange(other.from, true);
      return *this;
    }
    bool from = false;
  };
  [[noreturn]] void throw_moved() const;
  bool contains(const LayerBase& layer) const;
  Variable* weight_from_before(const WeightSpec& spec);
  void set_path(const Variable& weight) const;  // behind the layer's name
  void add_sublayer(std::string attribute, std::shared_ptr<LayerBase> layer);
  void collect_unbuilt(std::vector<Unbuilt>& into);
  void check_mask(const Mask& mask) const;
  void require_inputs(std::size_t count) const;
  void check_arguments(const CallArguments& arguments) const;
  Tensor cast_to_own(const Tensor& input) const;
  Tensor prepared(const Tensor& input, const Mask& mask);
  Tensors prepared(const Tensors& inputs, const CallContext& context);
  void or_unbuilt(const Callable<void()>& f);
  template <class S>
  void build_once(const S& shapes);
  void regularize_activity(const Tensor& output);
  void collect(std::vector<Variable>& into, bool trainable, bool others) const;

  LayerOptions options_;
  std::string place_;  // place(), from the first call or build on
  bool built_ = false, is_building_ = false, has_given_name_ = false, lets_masks_end_ = false;
  std::vector<Weight> weights_;
  std::vector<std::pair<std::string, std::shared_ptr<LayerBase>>> sublayers_;
  std::size_t weights_before_build_ = 0;
  Moved moved_;
};

namespace detail {
// Takes the layer over. Not a make_shared of each class, which programs would compile for each layer of theirs.
std::shared_ptr<LayerBase> share(LayerBase* layer);
}  // namespace detail

/// The base of a layer of yours:
///
///     class Scale : public Layer<Scale> {
///      public:
///       void build(const Shape& input_shape) override {
///         gain_ = add_weight({.name = "gain", .shape = {input_shape.back()}, .initializer = "ones"});
///       }
///       Tensor call(const Tensor& input) override { return input * gain_; }
///
///      private:
///       Variable gain_;
///     };
///
/// `Base` is what it builds upon: ListLayer for several inputs or outputs, Model, or another layer of yours.
template <class Self, class Base = LayerBase>
class Layer : public Base {
 public:
  using Base::Base;
  using Base::operator();
  using Base::all_outputs;
  /// A temporary moves into the graph: `layers::Dense(1)(x)`.
  SymbolicTensor operator()(const SymbolicTensors& inputs, const CallArguments& arguments = {}) && {
    return (*moved())(inputs, arguments);
  }
  SymbolicTensors all_outputs(const SymbolicTensors& inputs, const CallArguments& arguments = {}) && {
    return moved()->all_outputs(inputs, arguments);
  }

 private:
  std::shared_ptr<LayerBase> moved() {
    this->require_class(typeid(Self));
    return detail::share(new Self(std::move(static_cast<Self&>(*this))));
  }
};

}  // namespace cornu
CORNU_EXPORT_END
