// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Client pulls the levers of a simulator that runs as another process.
type Client struct {
	// Endpoint is that of IAM, such as http://127.0.0.1:4566.
	Endpoint string
	// HTTP is the client to use; nil is http.DefaultClient.
	HTTP *http.Client
}

// Faults are those in force, the oldest first, with how many calls each still skips and meets.
func (c Client) Faults(ctx context.Context) ([]Fault, error) {
	var faults []Fault
	err := c.do(ctx, http.MethodGet, faultsPath, nil, &faults)
	return faults, err
}

// AddFault puts a fault in force and returns it with its id. One that makes no sense is an error that says why.
func (c Client) AddFault(ctx context.Context, fault Fault) (Fault, error) {
	var added Fault
	err := c.do(ctx, http.MethodPost, faultsPath, fault, &added)
	return added, err
}

// EndFault ends one fault by its id. One that is not in force is an error.
func (c Client) EndFault(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodDelete, faultsPath+"/"+url.PathEscape(id), nil, nil)
}

// ClearFaults ends all faults. Settings stay.
func (c Client) ClearFaults(ctx context.Context) error {
	return c.do(ctx, http.MethodDelete, faultsPath, nil, nil)
}

// Settings are those in force.
func (c Client) Settings(ctx context.Context) (Settings, error) {
	var settings Settings
	err := c.do(ctx, http.MethodGet, settingsPath, nil, &settings)
	return settings, err
}

// SetSettings replaces all settings. The zero value takes all back.
func (c Client) SetSettings(ctx context.Context, settings Settings) error {
	return c.do(ctx, http.MethodPatch, settingsPath, settings, nil)
}

func (c Client) do(ctx context.Context, method, path string, body, into any) error {
	answer, err := c.send(ctx, method, path, body)
	if err != nil {
		return fmt.Errorf("asking the simulator at %s: %w", c.Endpoint, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("reading the simulator's answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the simulator refused %s %s: %s", method, path, strings.TrimSpace(string(text)))
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("the simulator's answer is not understood; is %s the simulator? %w", c.Endpoint, err)
	}
	return nil
}

func (c Client) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var encoded bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&encoded).Encode(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.Endpoint, "/")+path, &encoded)
	if err != nil {
		return nil, err
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	return client.Do(request)
}
