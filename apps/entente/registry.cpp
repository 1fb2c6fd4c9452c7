#include "actors/registry/registry_copy.hpp"
#include "actors/registry/registry_file.hpp"

#include <iostream>
#include <memory>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/registry_listing.hpp"
#include "apps/entente/settings.hpp"

namespace entente {

namespace {

struct registry_options {
  std::string config;
  std::string work_dir;
  std::string file;
  bool json = false;
};

std::filesystem::path work_dir_of(const registry_options& options) {
  return read_settings(options.config, {{"--work-dir", "master.work_dir", options.work_dir}})
    .master.work_dir;
}

int show(const registry_options& options) {
  auto file = options.file.empty() ? registry_file::of(work_dir_of(options))
                                   : std::filesystem::path{options.file};
  auto found = read_registry(file);
  if (auto* failed = std::get_if<runtime::failure>(&found))
    throw cannot_start{failed->message};
  const auto& state = std::get<registry_state>(found);
  if (options.json)
    std::cout << json_text_of(state) << '\n';
  else
    print(std::cout, state);
  return exit_ok;
}

int back_up(const registry_options& options) {
  auto work_dir = work_dir_of(options);
  if (auto failed = back_up_registry(registry_file::of(work_dir), options.file))
    throw cannot_start{failed->message};
  std::cout << "entente: the registry in " << work_dir.string() << " is backed up in "
            << options.file << std::endl;
  return exit_ok;
}

int restore(const registry_options& options) {
  auto work_dir = work_dir_of(options);
  if (auto failed = restore_registry(options.file, work_dir))
    throw cannot_start{failed->message};
  std::cout << "entente: the registry in " << work_dir.string() << " is that of " << options.file
            << " now" << std::endl;
  return exit_ok;
}

std::shared_ptr<registry_options> add_command(CLI::App& above, command_line& line, const char* name,
                                              const char* help,
                                              int (*call)(const registry_options&)) {
  auto options = std::make_shared<registry_options>();
  auto* command = above.add_subcommand(name, help);
  command->add_option("--config", options->config, "a configuration file; else ENTENTE_CONFIG");
  command->add_option("--work-dir", options->work_dir,
                      "the master's; default /var/lib/entente/master");
  command->callback([&line, options, call] {
    line.chosen = [options, call] { return start_or_complain([&] { return call(*options); }); };
  });
  return options;
}

}  // namespace

void add_registry(CLI::App& app, command_line& line) {
  auto* registry = app.add_subcommand("registry", "What a master keeps on disk; run on its host");
  registry->require_subcommand(1);
  auto shown = add_command(*registry, line, "show", "Shows all that it holds", show);
  auto* command = registry->get_subcommand("show");
  command->add_option("file", shown->file, "a back-up to be shown instead");
  command->add_flag("--json", shown->json, "as JSON, for scripts");
  auto saved = add_command(*registry, line, "backup",
                           "Writes it into a file, also while the master runs", back_up);
  registry->get_subcommand("backup")
    ->add_option("file", saved->file, "the file, which must not be there yet")
    ->required();
  auto taken = add_command(
    *registry, line, "restore",
    "Puts a back-up in its place, while no master runs; what was there lies beside it, as "
    "registry.db.replaced, older ones with a number",
    restore);
  registry->get_subcommand("restore")
    ->add_option("file", taken->file, "a file that entente registry backup has written")
    ->required();
}

}  // namespace entente
