#pragma once

#include <string_view>

namespace entente {

/// Tells the service manager that has started this process, if it wants to hear it (systemd's
/// `Type=notify`): `READY=1`, `RELOADING=1`, `STOPPING=1`, `STATUS=…`, lines of one message.
/// Source: sd_notify(3), whose protocol is one datagram to the socket that NOTIFY_SOCKET names.
void notify_service_manager(std::string_view state);

/// The variable by which a process tells those that it starts to end when it does.
inline constexpr const char* starter_variable = "ENTENTE_STARTER";

/// Has this process get SIGTERM when the one that starter_variable names is gone, if it names one.
/// To be called before anything is begun, by the first thread.
void end_with_starter();

}  // namespace entente
