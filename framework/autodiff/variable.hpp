#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace constraints {
class Constraint;
}
namespace regularizers {
class Regularizer;
}

struct VariableOptions {
  std::string name = {};
  bool trainable = true;  ///< tapes watch trainable variables by themselves
};

namespace detail {
std::uint64_t next_variable_id();

class Deferred;

struct VariableBody;

/// What the layer that owns a variable said of it.
struct WeightRole {
  std::string path;                                        // "dense_1/kernel": the layer's name, then the variable's
  bool read_by_rows = false;                               // by gather(): the variable is an embedding's table
  std::shared_ptr<constraints::Constraint> constraint;     // optimizers apply it after each update
  std::shared_ptr<regularizers::Regularizer> regularizer;  // the model adds it to its loss
};

/// What an optimizer remembers for each row of a variable, and how new rows of it begin.
struct RowSlot {
  std::weak_ptr<VariableBody> slot;
  double initial = 0;
  bool starts_as_value = false;  // as a copy of the variable's row
};

/// What optimizers keep of a variable's rows.
struct RowState {
  std::vector<RowSlot> slots;       // they follow the rows when a table gets a new vocabulary
  Deferred* deferred = nullptr;     // makes the updates that rows of `value` may lack; null if none are deferred
  std::size_t part = 0;             // 0 where `deferred` defers this variable's rows, i where this is its i-th slot
  std::shared_ptr<Deferred> owned;  // the same object; only the variable whose rows are deferred holds it

  void let_go() {
    deferred = nullptr;
    part = 0;
    owned.reset();
  }
};

struct VariableBody {
  const std::uint64_t id = next_variable_id();  // no other variable has it, before or after
  Tensor value;
  std::string name;
  bool trainable = true;
  std::uint64_t assigned = 0;  // how often the value was set, but for optimizers' updates
  WeightRole weight;
  RowState rows;
};

/// Makes sure that no other tensor shares the elements, copying them once if one does.
Tensor& exclusive(Tensor& value);
/// The variable's elements, all rows settled, for an optimizer to write.
Tensor& writable(VariableBody& variable);
}  // namespace detail

/// A tensor that training changes. Copies are handles to the same variable. Reading gives the value at that moment: a
/// Tensor taken before an update keeps its elements.
///
///     Variable w(Tensor::zeros({3, 1}), {.name = "w"});
///     const Tensor y = ops::matmul(x, w);   // reads w, and a live tape notes it
///
/// A default-constructed Variable holds nothing; using it throws StateError.
class Variable {
 public:
  Variable() = default;
  explicit Variable(Tensor value, VariableOptions options = {});
  Variable(const Variable& other) noexcept;
  Variable(Variable&& other) noexcept = default;
  Variable& operator=(const Variable& other) noexcept;
  Variable& operator=(Variable&& other) noexcept;
  ~Variable();

  operator Tensor() const { return value(); }  // a variable reads as its value
  /// The present value; a live tape records that it was read.
  Tensor value() const;
  /// Replaces the value. Throws ShapeError or ValueError, and changes nothing, when shape or dtype differ.
  void assign(const Tensor& value);

  bool defined() const { return body_ != nullptr; }
  const Shape& shape() const { return body().value.shape(); }
  DType dtype() const { return body().value.dtype(); }
  const std::string& name() const { return body().name; }
  /// The name, after that of the layer it belongs to: "dense_1/kernel".
  const std::string& path() const { return body().weight.path.empty() ? body().name : body().weight.path; }
  bool trainable() const { return body().trainable; }
  void set_trainable(bool trainable);

  /// Same variable, not only same value.
  friend bool operator==(const Variable& a, const Variable& b) { return a.body_ == b.body_; }

  // For the engine.

  /// Rows of body().value may lack updates: see detail::Deferred.
  detail::VariableBody& body() const {
    if (!body_) throw_undefined();
    return *body_;
  }
  /// The present value; no tape records that it was read.
  Tensor peek() const;
  void add_slot(const Variable& slot, double initial, bool starts_as_value) const;
  /// Rows `ids` of the value; a live tape records that they were read.
  Tensor gather(const Tensor& ids) const;
  /// For other ops that read these rows alone: a table in which they lack no update, and where they stand in it, in the
  /// ids' shape.
  std::pair<Tensor, Tensor> rows(const Tensor& ids) const;
  /// The tensor to write to, with all rows settled or, given ids, these rows alone. No other tensor shares its
  /// elements: they are copied once if one does.
  Tensor& writable() const;
  Tensor& writable(const Tensor& ids) const;

 private:
  [[noreturn]] static void throw_undefined();

  std::shared_ptr<detail::VariableBody> body_;
};

}  // namespace cornu
CORNU_EXPORT_END
