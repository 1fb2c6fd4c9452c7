#include "actors/transport/transport.hpp"

#include <caf/actor_registry.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/make_counted.hpp>
#include <caf/send.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "actors/transport/connector_impl.hpp"
#include "actors/transport/sockets.hpp"
#include "actors/transport/wire_doorman.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How often each end says that it lives.
constexpr caf::timespan heartbeat_pause = 5s;
/// After how long without a sign of life a connection is given up; it is looked for with each
/// heartbeat.
constexpr caf::timespan longest_silence = 20s;

/// Descriptors for what is no connection: files, the resolver, the multiplexer.
constexpr std::size_t other_descriptors = 64;

void hang_up(int socket) {
  ::shutdown(socket, SHUT_RDWR);
}

}  // namespace

transport::transport(caf::actor_system& system, transport_options options)
    : system_(system),
      tls_(std::move(options.tls)),
      table_(std::make_shared<connection_table>(options.limits, hang_up)),
      connector_(spawn_connector(system, {tls_, table_, std::move(options.warn)})) {
  system.registry().put(std::string{connector_name},
                        caf::actor_cast<caf::strong_actor_ptr>(connector_));
}

transport::~transport() {
  system_.registry().erase(std::string{connector_name});
  caf::anon_send_exit(connector_, caf::exit_reason::user_shutdown);
}

std::variant<std::uint16_t, std::string> transport::publish(const caf::strong_actor_ptr& actor,
                                                            std::set<std::string> interface,
                                                            const endpoint& where) {
  auto listening = listen_socket(where);
  if (auto* why = std::get_if<std::string>(&listening))
    return std::move(*why);
  auto& socket = std::get<runtime::unique_fd>(listening);
  auto port = local_port(socket.value());
  auto& multiplexer =
    static_cast<caf::io::network::default_multiplexer&>(system_.middleman().backend());
  auto doorman = caf::make_counted<wire_doorman>(multiplexer, std::move(socket), tls_, table_);
  caf::anon_send(system_.middleman().named_broker<caf::io::basp_broker>("BASP"),
                 caf::publish_atom_v, caf::io::doorman_ptr{std::move(doorman)}, port, actor,
                 std::move(interface));
  return port;
}

void prepare_for_transport(caf::actor_system_config& config) {
  caf::io::middleman::init_global_meta_objects();
  config.load<caf::io::middleman>();
  config.set("caf.middleman.workers", 0);  // messages are decoded where they are read
  config.set("caf.middleman.heartbeat-interval", heartbeat_pause);
  config.set("caf.middleman.connection-timeout", longest_silence);
}

connection_limits limits_of_listener() {
  connection_limits result;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0)
    return result;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  constexpr std::size_t enough = 65'536;
  auto descriptors = std::min<std::size_t>(files.rlim_cur, enough);
  result.most =
    descriptors > 2 * other_descriptors ? descriptors - other_descriptors : other_descriptors;
  result.most_strangers = std::min<std::size_t>(1024, result.most / 4);
  return result;
}

}  // namespace entente
