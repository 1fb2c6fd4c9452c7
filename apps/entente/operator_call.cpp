#include "apps/entente/operator_call.hpp"

namespace entente {

void add_operator_options(CLI::App& command, operator_options& options) {
  add_master_option(command, options.master);
  command.add_flag("--json", options.json, "as JSON, for scripts");
}

}  // namespace entente
