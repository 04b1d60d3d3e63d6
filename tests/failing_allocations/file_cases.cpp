// Files of every kind, written over older ones and read.
#include <cornu/framework/callbacks/backup_and_restore.hpp>

#include <cornu/framework/data/read_csv.hpp>
#include <cornu/framework/explore/projector.hpp>
#include <cornu/framework/formats/npy.hpp>
#include <cornu/framework/formats/npz.hpp>
#include <cornu/framework/saving/inspect_file.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/text/read_tsv.hpp>
#include <cornu/layers/core/dense.hpp>
#include <functional>

#include "tests/failing_allocations/small_training.hpp"
#include "tests/support/temporary_folder.hpp"

namespace cornu::testing {

namespace {

Tensor numbers() {
  random::set_seed(3);
  return random::normal({6, 4});
}
const std::vector<std::string> six_words{"[UNK]", "a", "b", "c d", "e", "f"};

struct Files {
  TemporaryFolder folder;
  State read;  // what reading gave
};

// `files` is written before, and may be written over.
Case writing(const char* call, const std::function<void(const TemporaryFolder&)>& prepare,
             const std::function<void(const TemporaryFolder&)>& write) {
  return {call, "over an older file", [prepare, write] {
            const auto files = std::make_shared<Files>();
            prepare(files->folder);
            const auto tell = [files] { return files_in(files->folder.path("")); };
            return Trial{[files, write] { write(files->folder); }, tell, tell};
          }};
}

Case reading(const char* call, const std::function<void(const TemporaryFolder&)>& prepare,
             const std::function<State(const TemporaryFolder&)>& read) {
  return {call, "", [prepare, read] {
            const auto files = std::make_shared<Files>();
            prepare(files->folder);
            return Trial{[files, read] { files->read = read(files->folder); },
                         [files] { return files_in(files->folder.path("")); }, [files] { return files->read; }};
          }};
}

void add_npy(std::vector<Case>& cases) {
  const auto prepare = [](const TemporaryFolder& folder) { write_npy(folder.path("a.npy"), numbers()); };
  cases.push_back(writing("write_npy", prepare,
                          [](const TemporaryFolder& folder) { write_npy(folder.path("a.npy"), Tensor::ones({3})); }));
  for (const bool mapped : {false, true})
    cases.push_back(reading("read_npy", prepare, [mapped](const TemporaryFolder& folder) {
      return State{bits_of(read_npy(folder.path("a.npy"), {.memory_map = mapped}))};
    }));
}

void add_npz(std::vector<Case>& cases) {
  const auto write = [](const TemporaryFolder& folder, double factor, bool compressed) {
    write_npz(folder.path("a.npz"), {{"one", numbers() * factor}, {"two", Tensor::ones({2, 2})}},
              {.compressed = compressed});
  };
  for (const bool compressed : {false, true}) {
    const auto prepare = [write, compressed](const TemporaryFolder& folder) { write(folder, 1, compressed); };
    cases.push_back(writing("write_npz", prepare,
                            [write, compressed](const TemporaryFolder& folder) { write(folder, 2, compressed); }));
    for (const bool mapped : {false, true})
      cases.push_back(reading("read_npz", prepare, [mapped](const TemporaryFolder& folder) {
        State state;
        for (const auto& [name, tensor] : read_npz(folder.path("a.npz"), {.memory_map = mapped}))
          state.push_back(name + bits_of(tensor));
        return state;
      }));
  }
}

void add_projector(std::vector<Case>& cases) {
  const auto write = [](const TemporaryFolder& folder, double factor) {
    explore::write_projector(folder.path("vecs.tsv"), folder.path("meta.tsv"), numbers() * factor, six_words);
  };
  const auto prepare = [write](const TemporaryFolder& folder) { write(folder, 1); };
  cases.push_back(writing("write_projector", prepare, [write](const TemporaryFolder& folder) { write(folder, 2); }));
  cases.push_back(reading("read_projector", prepare, [](const TemporaryFolder& folder) {
    const auto table = explore::read_projector(folder.path("vecs.tsv"), folder.path("meta.tsv"));
    State state = table.words();
    state.push_back(bits_of(table.vectors()));
    return state;
  }));
}

void add_tsv(std::vector<Case>& cases) {
  const auto prepare = [](const TemporaryFolder& folder) { folder.write("a.tsv", "1\tgood film\n0\tbad\n1\tfine\n"); };
  for (const bool shuffled : {false, true})
    cases.push_back(reading("read_tsv", prepare, [shuffled](const TemporaryFolder& folder) {
      random::set_seed(4);
      const auto [texts, labels] = text::read_tsv(folder.path("a.tsv"), {.shuffle = shuffled});
      State state = texts;
      state.push_back(bits_of(Tensor(labels)));
      return state;
    }));
}

void add_csv(std::vector<Case>& cases) {
  const auto prepare = [](const TemporaryFolder& folder) {
    folder.write("a.csv", "rooms,price,\"town\"\n3,1.5,Bonn\n4,,\"Bad \"\"Honnef\"\"\"\n2,0.5,Köln\n");
  };
  cases.push_back(reading("read_csv", prepare, [](const TemporaryFolder& folder) {
    const CsvTable table = read_csv(folder.path("a.csv"));
    State state = table.words("town");
    state.push_back(bits_of(table.numbers({"rooms", "price"}, {.missing = -1})));
    return state;
  }));
}

// ── models ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct Saved {
  TemporaryFolder folder;
  std::shared_ptr<SmallTraining> training;
  std::unique_ptr<Model> loaded;
};

std::shared_ptr<Saved> saved(int steps = 5) {
  auto all = std::make_shared<Saved>();
  all->training = std::make_shared<SmallTraining>();
  all->training->train(0, steps);
  all->training->model.save(all->folder.path("a.keras"));
  all->training->model.save_weights(all->folder.path("a.weights.h5"));
  return all;
}

State files_and_training(const Saved& saved, State more) {
  State state = files_in(saved.folder.path(""));
  state.insert(state.end(), more.begin(), more.end());
  return state;
}

using Do = std::function<void(Saved&)>;

// Something is done with a model that has gone on training since it was saved.
// The file `written` is compared, if there is one: others say when they were written.
Case with_saved(const char* call, const char* name, const Do& what, const char* written = "") {
  return {call, name, [what, written] {
            const auto all = saved();
            all->training->train(5, 7);
            return Trial{[all, what] { what(*all); },
                         [all] { return files_and_training(*all, all->training->state()); },
                         [all, written] {
                           const std::string file = all->folder.read(written);
                           State state = all->training->rest();
                           state.push_back(file);
                           return state;
                         }};
          }};
}

State state_of(Model& model) {
  State state = bits_of(model.get_weights());
  for (const Variable& variable : model.optimizer().variables()) state.push_back(bits_of(variable.peek()));
  model.train_on_batch(SmallTraining::x(9), SmallTraining::y(9));
  for (const std::string& bits : bits_of(model.get_weights())) state.push_back(bits);
  return state;
}

Case load_case() {
  return {"load_model", ".keras", [] {
            const auto all = saved();
            return Trial{[all] { all->loaded = load_model(all->folder.path("a.keras")); },
                         [all] { return files_in(all->folder.path("")); }, [all] { return state_of(*all->loaded); }};
          }};
}

Case backup_case() {
  return {
      "fit with BackupAndRestore", "", [] {
        const auto all = saved();
        return Trial{[all] {
          all->training->model.fit(
              SmallTraining::x(5, 16), SmallTraining::y(5, 16),
              {.batch_size = 8, .verbose = 0, .callbacks = {callbacks::BackupAndRestore(all->folder.path("backup"))}});
        }};
      }};
}

void add_models(std::vector<Case>& cases) {
  cases.push_back(
      with_saved("save", ".keras", [](Saved& all) { all.training->model.save(all.folder.path("a.keras")); }));
  cases.push_back(with_saved(
      "save_weights", ".weights.h5",
      [](Saved& all) { all.training->model.save_weights(all.folder.path("a.weights.h5")); }, "a.weights.h5"));
  for (const char* const file : {"a.weights.h5", "a.keras"})
    cases.push_back(with_saved("load_weights", file,
                               [file](Saved& all) { all.training->model.load_weights(all.folder.path(file)); }));
  cases.push_back(load_case());
  cases.push_back(with_saved("inspect_file", ".keras", [](Saved& all) { inspect_file(all.folder.path("a.keras")); }));
  cases.push_back(backup_case());
}

}  // namespace

std::vector<Case> file_cases() {
  std::vector<Case> cases;
  add_npy(cases);
  add_npz(cases);
  add_projector(cases);
  add_tsv(cases);
  add_csv(cases);
  add_models(cases);
  return cases;
}

}  // namespace cornu::testing
