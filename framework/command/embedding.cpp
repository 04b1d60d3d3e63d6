#include <cornu/framework/command/embedding.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/command/data.hpp>
#include <cornu/framework/command/model_file.hpp>
#include <cornu/framework/text/lines.hpp>

namespace cornu::command {

explore::EmbeddingTable embedding_of(const std::string& model, const std::string& layer, const std::string& words) {
  const std::vector<Tensor> weights = open_model(model, false)->get_layer(layer).get_weights();
  if (weights.empty() || weights[0].rank() != 2)
    throw ValueError("cornu", fmt::format("layer '{}' has no table of vectors; expected an Embedding", layer));
  std::vector<std::string> list;
  text::for_each_line(read_text(words), [&](std::string_view line, std::size_t) { list.emplace_back(line); });
  while (std::ssize(list) > weights[0].dim(0) && text::is_blank(list.back())) list.pop_back();
  if (static_cast<std::int64_t>(list.size()) != weights[0].dim(0))
    throw FileError("cornu", fmt::format("'{}' has {} lines; expected {}, a word for each row of '{}'", words,
                                         list.size(), weights[0].dim(0), layer));
  return {std::move(list), weights[0]};
}

}  // namespace cornu::command
