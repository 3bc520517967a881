// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Path is where the levers are served; IAM and STS answer everywhere else.
const Path = "/_iamsim/"

const (
	faultsPath   = Path + "faults"
	settingsPath = Path + "settings"
)

const maxBody = 1 << 16

// Controls are the levers as whoever serves them hands them out.
type Controls interface {
	Faults() []Fault
	AddFault(fault Fault) Fault
	EndFaults(picked func(Fault) bool) int
	Settings() Settings
	SetSettings(settings Settings)
}

// Handler serves the levers as the package comment says.
func Handler(controls Controls) http.Handler {
	h := handler{controls}
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*http.Request) (any, error){
		"GET " + faultsPath:              h.faults,
		"POST " + faultsPath:             h.addFault,
		"DELETE " + faultsPath:           h.endFaults,
		"DELETE " + faultsPath + "/{id}": h.endFault,
		"GET " + settingsPath:            h.settings,
		"PATCH " + settingsPath:          h.changeSettings,
		"DELETE " + settingsPath:         h.resetSettings,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			body, err := answer(r)
			send(w, body, err)
		})
	}
	return mux
}

type handler struct{ controls Controls }

func (h handler) faults(*http.Request) (any, error) { return h.controls.Faults(), nil }

func (h handler) addFault(r *http.Request) (any, error) {
	var fault Fault
	if err := read(r.Body, &fault); err != nil {
		return nil, err
	}
	if err := fault.Check(); err != nil {
		return nil, err
	}
	return h.controls.AddFault(fault), nil
}

func (h handler) endFaults(*http.Request) (any, error) {
	h.controls.EndFaults(func(Fault) bool { return true })
	return h.controls.Faults(), nil
}

func (h handler) endFault(r *http.Request) (any, error) {
	id := r.PathValue("id")
	if h.controls.EndFaults(func(f Fault) bool { return f.ID == id }) == 0 {
		return nil, fmt.Errorf("no fault %q is in force; GET %s lists them", id, faultsPath)
	}
	return h.controls.Faults(), nil
}

func (h handler) settings(*http.Request) (any, error) { return h.controls.Settings(), nil }

// changeSettings leaves what the body does not name as it is.
func (h handler) changeSettings(r *http.Request) (any, error) {
	settings := h.controls.Settings()
	if err := read(r.Body, &settings); err != nil {
		return nil, err
	}
	if err := settings.Check(); err != nil {
		return nil, err
	}
	h.controls.SetSettings(settings)
	return settings, nil
}

func (h handler) resetSettings(*http.Request) (any, error) {
	h.controls.SetSettings(Settings{})
	return h.controls.Settings(), nil
}

// read refuses fields that do not exist: a misspelled one would widen a fault to more calls than were meant.
func read(body io.Reader, into any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the body is not what is expected here: %w", err)
	}
	return nil
}

func send(w http.ResponseWriter, body any, failed error) {
	if failed != nil {
		http.Error(w, failed.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// A client that went away is its own problem; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // bodies are structs of this package
}
