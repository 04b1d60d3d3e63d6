#pragma once
// Internal: the equation of EinsumDense.
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/tensor/shape.hpp>

namespace cornu::layers {

/// An equation of EinsumDense for an input of a rank, as Keras reads it: each "..." written out, with a digit for each
/// of its axes.
struct EinsumEquation {
  std::string input, kernel, output;
  std::string text() const { return input + "," + kernel + "->" + output; }
};

/// Throws ValueError for an equation of another form than [X],[Y]->[Z], ...[X],[Y]->...[Z] or [X]...,[Y]->[Z]....
void require_einsum_equation(const std::string& equation);
/// Throws ShapeError when an input of that rank has too few or too many axes.
EinsumEquation einsum_equation(const std::string& equation, std::size_t input_rank);

/// The weights' shapes. `bias_axes` are letters of the result.
struct EinsumWeights {
  Shape kernel, bias;
  std::vector<std::int64_t> input_axes, output_axes;  // of the kernel: those that are summed over, and the others
};
/// `output_shape` is the result's, without the batch and what "..." stands for. Throws ValueError for letters that
/// stand nowhere else, ShapeError for shapes that do not fit.
EinsumWeights einsum_weights(const EinsumEquation& equation, const std::string& bias_axes, const Shape& input,
                             const Shape& output_shape);

}  // namespace cornu::layers
