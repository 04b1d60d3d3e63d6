#include "tests/failing_allocations/small_training.hpp"

#include <fmt/core.h>

#include <random>

#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

namespace cornu::testing {

SmallTraining::SmallTraining(Handle<optim::Optimizer> optimizer, const SmallOptions& options)
    : table(std::make_shared<layers::Embedding>(
          words, 4,
          layers::EmbeddingOptions{
              .embeddings_constraint = options.table_constraint, .name = "table", .max_norm = options.max_norm})),
      model(table, layers::GlobalAveragePooling1D(), layers::Dense(3, "tanh"),
            layers::Dense(1, {.kernel_constraint = options.kernel_constraint})) {
  random::set_seed(1);
  model.build({None, 5});
  if (options.compiled) model.compile(std::move(optimizer), "mse", {"mae"});
}

Tensor SmallTraining::x(int i, std::int64_t samples) {
  std::mt19937 engine(static_cast<unsigned>(i + 1));
  Tensor ids = Tensor::uninitialized({samples, 5}, int32);
  const auto first = engine() % 50;  // ten neighbouring rows
  for (std::int64_t k = 0; k < ids.size(); ++k)
    ids.mutable_data<std::int32_t>()[k] = static_cast<std::int32_t>(first + engine() % 10);
  return ids;
}

Tensor SmallTraining::y(int i, std::int64_t samples) {
  std::mt19937 engine(static_cast<unsigned>(i + 1000));
  Tensor targets = Tensor::uninitialized({samples, 1}, float32);
  for (std::int64_t k = 0; k < samples; ++k)
    targets.mutable_data<float>()[k] = static_cast<float>(engine() % 1000) / 500 - 1;
  return targets;
}

State SmallTraining::state() {
  State state = bits_of(model.get_weights());
  if (!model.is_compiled()) return state;
  for (const Variable& variable : model.optimizer().variables()) state.push_back(bits_of(variable.peek()));
  state.push_back(fmt::format("{} updates, {} words", model.optimizer().iterations(), table->input_dim()));
  return state;
}

State SmallTraining::rest() {
  State seen = state();
  const auto see = [&] {
    for (const std::string& bits : state()) seen.push_back(bits);
  };
  model.train_on_batch(x(100, 40), y(100, 40));
  train(101, 104);
  see();
  table->set_trainable(false);
  table->set_trainable(true);
  train(104, 106);
  table->resize_vocabulary(words + 7);
  train(106, 108);
  see();
  model.set_weights(model.get_weights());
  train(108, 110);
  see();
  return seen;
}

}  // namespace cornu::testing
